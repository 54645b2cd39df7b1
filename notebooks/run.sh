#!/usr/bin/env bash
# Executes the notebooks without a browser and writes each as a web page, charts included and code left out.
#   notebooks/run.sh [OPTION]... [FOLDER] [PAGES]
# FOLDER  output folder of an audit (default: $CODE_AUDIT_OUT, else code-audit-out)
# PAGES   the folder of the pages (default: notebooks/target); of one notebook, a file that ends in .html will do
# Options
#   --notebook NAME      findings, timing, series, spark, or models (of a folder that `bin/bench models` has filled); may come
#                        more than once (default: the first three)
#   --run ID             the run that findings and timing show alone
#   --before ID          the two runs that series compares (default: the last two)
#   --after ID
#   --min-confidence P   the least confidence of findings of checks (default 0.25)
#   --suppressed HOW     whether findings that people have suppressed are left-out (default) or counted
# PYTHON names the Python to use (default python3); notebooks/requirements.txt says what it needs.
set -euo pipefail
notebooks=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

names=()
run=${CODE_AUDIT_RUN:-}
while [ $# -gt 0 ]; do
  case $1 in
    --notebook | --run | --before | --after | --min-confidence | --suppressed)
      [ $# -ge 2 ] || fail "$1 needs a value."
      case $1 in
        --notebook) names+=("$2") ;;
        --run) run=$2 ;;
        --before) export CODE_AUDIT_BEFORE=$2 ;;
        --after) export CODE_AUDIT_AFTER=$2 ;;
        --min-confidence) export CODE_AUDIT_MIN_CONFIDENCE=$2 ;;
        --suppressed) export CODE_AUDIT_SUPPRESSED=$2 ;;
      esac
      shift 2
      ;;
    -h | --help)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    -*) fail "There is no option $1. $0 --help lists them." ;;
    *) break ;;
  esac
done
[ $# -le 2 ] || fail "After the options come a folder and where the pages go, not: $*"
[ ${#names[@]} -gt 0 ] || names=(findings timing series)
for name in "${names[@]}"; do
  case $name in
    findings | timing | series | spark | models) ;;
    *) fail "There is no notebook $name. There are findings, timing, series, spark and models." ;;
  esac
done

folder=${1:-${CODE_AUDIT_OUT:-$notebooks/../code-audit-out}}
pages=${2:-$notebooks/target}
page=
if [[ $pages == *.html ]]; then
  [ ${#names[@]} -eq 1 ] || fail "$pages is one page, and ${#names[@]} notebooks are to be run. Name a folder, or one --notebook."
  page=$(basename "$pages" .html)
  pages=$(dirname "$pages")
fi
[ -d "$folder" ] || fail "There is no folder $folder. Name the output folder of an audit: $0 FOLDER"

needs="duckdb ipykernel matplotlib nbconvert pandas"
list=requirements.txt
if [[ " ${names[*]} " == *" spark "* ]]; then
  needs+=" pyspark"
  list=requirements-spark.txt
fi
command -v "$python" > /dev/null || fail "There is no program $python. PYTHON names the one to use."
missing=$("$python" -c 'import importlib.util, sys
print(" ".join(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))' $needs)
[ -z "$missing" ] || fail "$python lacks what the notebooks need: $missing. Install it, for example:" \
  "  python3 -m venv .venv && .venv/bin/pip install -r notebooks/$list" \
  "  PYTHON=.venv/bin/python notebooks/run.sh $folder"

CODE_AUDIT_OUT=$(cd "$folder" && pwd)
export CODE_AUDIT_OUT
# What is wrong with the folder or with a run's name is said here, in a sentence, and not as a stack of a notebook's calls.
if [[ " ${names[*]} " == *" models "* ]]; then "$python" "$notebooks/model_tables.py" "$CODE_AUDIT_OUT"; fi
if [ "${names[*]}" != models ]; then CODE_AUDIT_RUN=$run "$python" "$notebooks/audit_tables.py" "$CODE_AUDIT_OUT"; fi
mkdir -p "$pages"
pages=$(cd "$pages" && pwd)
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
for name in "${names[@]}"; do
  of_run=$run
  if [ "$name" = series ]; then of_run=; fi # it is of all runs
  if ! CODE_AUDIT_RUN=$of_run "$python" -m nbconvert --to html --execute --log-level ERROR \
    --TemplateExporter.extra_template_basedirs="$notebooks" --template page \
    --TagRemovePreprocessor.enabled=True --TagRemovePreprocessor.remove_input_tags hide-input \
    --output-dir "$pages" --output "${page:-$name}" "$notebooks/$name.ipynb" 2> "$errors"; then
    # Of what a notebook says itself the stack of calls is no part.
    said=$(sed -n 's/.*AuditTablesError: //p' "$errors" | head -n 1)
    [ -z "$said" ] || fail "$said"
    cat "$errors" >&2
    fail "$name.ipynb could not be executed; above is why."
  fi
  # The kernel is reached by the loopback interface with signed messages; its warning about that says nothing of the audit.
  grep -v "Kernel is running over TCP" "$errors" >&2 || true
  echo "$pages/${page:-$name}.html"
done
