#!/usr/bin/env bash
# The GPUs of this node, for Spark (spark.worker.resource.gpu.discoveryScript and
# spark.executor.resource.gpu.discoveryScript). Prints one line such as
#
#   {"name": "gpu", "addresses": ["0", "1"]}
#
# Addresses are nvidia-smi's indices. A GPU in MIG mode is listed as its instances (MIG-…). With
# CUDA_VISIBLE_DEVICES set, only what it names is listed, as it names it. Without a GPU the script
# says why on standard error and exits with 1: leave the resource out of the settings of a CPU node.
set -euo pipefail

fail() {
  echo "gpus.sh: no GPU on $(uname -n): $1" >&2
  exit 1
}

command -v nvidia-smi >/dev/null || fail "nvidia-smi is not on the PATH. Install NVIDIA's driver."

# One line a GPU: index, UUID, MIG mode.
if ! table=$(nvidia-smi --query-gpu=index,uuid,mig.mode.current --format=csv,noheader 2>&1); then
  fail "nvidia-smi failed: $table"
fi

names=() addresses=()
while IFS=', ' read -r index uuid mig _; do
  [[ -n $index ]] || continue
  [[ $index =~ ^[0-9]+$ && $uuid == GPU-* ]] || fail "nvidia-smi said: $table"
  names+=("$index" "$uuid")
  if [[ $mig != Enabled ]]; then
    addresses+=("$index")
    continue
  fi
  # "  MIG 1g.10gb  Device  0: (UUID: MIG-…)", one line an instance
  instances=$(nvidia-smi -L -i "$index" 2>&1) || fail "nvidia-smi -L failed: $instances"
  while read -r instance; do
    addresses+=("$instance") names+=("$instance")
  done < <(grep -oE 'MIG-[0-9A-Za-z/-]+' <<<"$instances")
done <<<"$table"

if [[ -n ${CUDA_VISIBLE_DEVICES+set} ]]; then
  addresses=()
  IFS=', ' read -r -a wanted <<<"$CUDA_VISIBLE_DEVICES" || true
  for name in "${wanted[@]}"; do
    known=
    for candidate in "${names[@]}"; do
      # CUDA takes a shortened UUID, but not a shortened number
      if [[ $candidate == "$name" || ($name == *-* && $candidate == "$name"*) ]]; then known=yes; fi
    done
    # CUDA ignores what stands behind a name it does not know
    if [[ -z $known ]]; then
      echo "gpus.sh: CUDA_VISIBLE_DEVICES names $name, which nvidia-smi does not list" >&2
      break
    fi
    addresses+=("$name")
  done
  ((${#addresses[@]})) || fail "CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES hides every GPU."
fi
((${#addresses[@]})) || fail "nvidia-smi lists none with an instance to run on: $table"

list=$(printf '"%s", ' "${addresses[@]}")
echo "{\"name\": \"gpu\", \"addresses\": [${list%, }]}"
