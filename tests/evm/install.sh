#!/bin/sh
# Puts two nodes of the EVM into a folder outside of the checkout. Their binaries are npm packages; nothing else is downloaded.
set -eu
# npm runs on the pinned Node: on an older one it would leave out the optional parts that ask for a newer.
for bin in "$PWD"/node_modules/node-*/bin; do [ -d "$bin" ] && PATH="$bin:$PATH"; done
tools=${ASSAY_INTEROP_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/assay-interop}
mkdir -p "$tools/evm"
cd "$tools/evm"
[ -f package.json ] || echo '{ "private": true, "type": "module" }' >package.json
if [ ! -f node_modules/hardhat/package.json ] || [ ! -f node_modules/@foundry-rs/anvil/package.json ]; then
  npm install --ignore-scripts --no-audit --no-fund --silent @foundry-rs/anvil@1.7.1 hardhat@3.18.0
fi
echo "export default { networks: { node: { type: 'edr-simulated', chainId: 31337 } } };" >hardhat.config.js
