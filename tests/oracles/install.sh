#!/bin/sh
# Puts the Python packages that these tests compare with into virtual environments outside of the checkout: lime, shap and
# scikit-learn; and PyTorch with Captum, which are large (5 GB) and left out by ASSAY_ORACLES_TORCH=no.
set -eu
tools=${ASSAY_INTEROP_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/assay-interop}
mkdir -p "$tools"

if ! "$tools/explain/bin/python" -c 'import lime, shap, sklearn, onnx, onnxruntime' >/dev/null 2>&1; then
  python3 -m venv "$tools/explain"
  "$tools/explain/bin/pip" install --quiet 'lime==0.2.0.1' 'shap==0.51.0' 'scikit-learn==1.9.1' 'onnxruntime==1.32.0' 'onnx'
fi
if [ "${ASSAY_ORACLES_TORCH:-yes}" != no ] && ! "$tools/captum/bin/python" -c 'import captum, onnx' >/dev/null 2>&1; then
  python3 -m venv "$tools/captum"
  "$tools/captum/bin/pip" install --quiet torch captum onnx
fi
echo "$tools"
