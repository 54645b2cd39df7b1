#!/usr/bin/env bash
# Executes findings.ipynb without a browser and writes it, charts included, as a web page.
#   notebooks/run.sh [FOLDER] [PAGE]
# FOLDER  output folder of an audit (default: $CODE_AUDIT_OUT, else code-audit-out)
# PAGE    the page to write (default: notebooks/target/findings.html)
# PYTHON names the Python to use (default python3); notebooks/requirements.txt says what it needs.
set -euo pipefail
notebooks=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
folder=${1:-${CODE_AUDIT_OUT:-$notebooks/../code-audit-out}}
page=${2:-$notebooks/target/findings.html}

if [ ! -d "$folder" ]; then
  echo "There is no folder $folder. Name the output folder of an audit: $0 FOLDER" >&2
  exit 2
fi
if ! "$python" -c "import duckdb, ipykernel, matplotlib, nbconvert, pandas" 2>/dev/null; then
  echo "$python lacks what the notebook needs. Install it, for example:" >&2
  echo "  python3 -m venv .venv && .venv/bin/pip install -r notebooks/requirements.txt" >&2
  echo "  PYTHON=.venv/bin/python notebooks/run.sh $folder" >&2
  exit 2
fi
mkdir -p "$(dirname "$page")"
page=$(cd "$(dirname "$page")" && pwd)/$(basename "$page")
CODE_AUDIT_OUT=$(cd "$folder" && pwd) "$python" -m nbconvert --to html --execute --log-level WARN \
  --output-dir "$(dirname "$page")" --output "$(basename "$page")" "$notebooks/findings.ipynb"
echo "$page"
