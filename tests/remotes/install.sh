#!/bin/sh
# Puts the servers that these tests talk to, and DVC with its clients for them, into a folder outside of the checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=${ASSAY_INTEROP_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/assay-interop}
mkdir -p "$tools/bin"

# Later ones of gcsfs ask Google itself what kind a bucket is, over gRPC, before they ask the server that is named.
filesystems=2025.10.0
if ! "$tools/dvc-remotes/bin/pip" show gcsfs 2>/dev/null | grep -q "Version: $filesystems"; then
  python3 -m venv --clear "$tools/dvc-remotes"
  "$tools/dvc-remotes/bin/pip" install --quiet 'dvc==3.67.1' 'dvc-s3==3.3.0' 'dvc-azure==3.1.1' 'dvc-gs==3.1.0' \
    'dvc-ssh==4.3.0' 'dvc-webhdfs==3.1.0' 'dvc-http==2.32.0' \
    "fsspec==$filesystems" "gcsfs==$filesystems" "s3fs==$filesystems"
fi
if [ ! -x "$tools/bin/versitygw" ]; then
  GOBIN="$tools/bin" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
fi
if [ ! -x "$tools/bin/fake-gcs-server" ]; then
  GOBIN="$tools/bin" go install github.com/fsouza/fake-gcs-server@v1.56.1
fi
if [ ! -f "$tools/azurite/node_modules/azurite/package.json" ]; then
  mkdir -p "$tools/azurite"
  npm install --prefix "$tools/azurite" --no-audit --no-fund --silent azurite@3.37.0
fi
if [ ! -f "$tools/hdfs/jaxb-api-2.3.1.jar" ]; then
  mvn --quiet --batch-mode --file "$here/hdfs/pom.xml" dependency:copy-dependencies -DoutputDirectory="$tools/hdfs"
fi
echo "$tools"
