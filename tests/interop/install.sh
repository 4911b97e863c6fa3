#!/bin/sh
# Puts the independent implementations that these tests compare with into a folder outside of the checkout:
# DVC, and what verifies attestations, each in a virtual environment of Python, and the Go programs of tests/interop/go, built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=${ASSAY_INTEROP_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/assay-interop}
mkdir -p "$tools"

if ! "$tools/dvc/bin/dvc" --version >/dev/null 2>&1; then
  python3 -m venv "$tools/dvc"
  "$tools/dvc/bin/pip" install --quiet 'dvc==3.67.1'
fi
if ! "$tools/attestations/bin/model_signing" --help >/dev/null 2>&1; then
  python3 -m venv "$tools/attestations"
  "$tools/attestations/bin/pip" install --quiet 'model-signing==1.1.1' 'pyOpenSSL==26.4.0' 'securesystemslib==1.6.0' 'in-toto-attestation==0.9.3'
fi
(cd "$here/go" && go build -o "$tools/sumdb-verify" .)
[ -x "$tools/bin/litewitness" ] || GOBIN="$tools/bin" go install filippo.io/torchwood/cmd/litewitness@v0.7.0
echo "$tools"
