#!/usr/bin/env bash
# A Slurm of one machine, and a sweep on it: an array of shards, interrupted once, merged, and compared byte for byte with the unsharded run.
#
#   crates/cli/slurm/local.sh [CONFIG [SHARDS]]        UFM=path/to/ufm to use that program; else it is built and installed for the run
#
# For Debian, as root. Installs slurm-wlm and munge if they are missing; all else (configuration, key, sockets, state, results) lives in a
# temporary folder, beside any Slurm that is there already, and what was started is stopped again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
config=$(realpath "${1:-$here/example.toml}")
shards=${2:-4}
work=$(mktemp -d)
started=()
stop() {
  status=$?
  trap - EXIT
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  if ((status)); then tail -n 5 "$work"/*.log >&2 || true; fi
  rm -rf "$work"
  exit "$status"
}
trap stop EXIT
step() { printf '\n=== %s (%ss)\n' "$1" "$SECONDS"; }
start() { # start NAME COMMAND…
  "${@:2}" >"$work/$1.log" 2>&1 &
  started+=($!)
}
until_true() { # until_true WHAT COMMAND…
  for _ in {1..150}; do "${@:2}" >/dev/null 2>&1 && return; sleep 0.2; done
  echo "$1 did not come up" >&2
  return 1
}

step "the program"
ufm=${UFM:-}
if [[ -z $ufm ]]; then
  cargo install --quiet --locked --path "$here/.." --root "$work/install"
  ufm=$work/install/bin/ufm
fi
ufm=$(realpath "$ufm")
"$ufm" --version

step "Slurm"
if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
fi
host=$(hostname -s)
port=$((20000 + RANDOM % 10000))
(umask 077 && head -c 1024 /dev/urandom >"$work/munge.key")
mkdir "$work/state" "$work/spool"
export SLURM_CONF=$work/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=local Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
start munged munged --force --foreground --key-file="$work/munge.key" --socket="$work/munge.socket" \
  --pid-file="$work/munged.pid" --seed-file="$work/munge.seed"
until_true munged munge --no-input --socket="$work/munge.socket"
start slurmctld slurmctld -D
start slurmd slurmd -D
is_idle() { [[ $(sinfo --noheader --format=%t) == idle ]]; }
until_true "the node" is_idle
sinfo --version
sinfo

step "the unsharded run"
"$ufm" sweep --config "$config" --out "$work/whole"

step "an array of $shards shards, cut short"
printf '#!/usr/bin/env bash\nexec "%s" "$@" --stop-after 5\n' "$ufm" >"$work/short"
chmod +x "$work/short"
submit() { # submit PROGRAM: waits for the array; the exit status is the highest of its tasks
  UFM=$1 sbatch --wait --chdir="$work" --output="$work/task-%a.log" --array="1-$shards" --cpus-per-task=1 \
    "$here/sweep.sbatch" "$config" "$work/results"
}
if submit "$work/short"; then
  echo "the short run was to be unfinished" >&2
  exit 1
fi
grep -h "goes on" "$work"/task-*.log
if "$ufm" sweep merge "$work"/results/part-* --out "$work/early.csv" 2>"$work/refusal"; then
  echo "unfinished shards were merged" >&2
  exit 1
fi
cat "$work/refusal"

step "the same array again, to its end"
submit "$ufm"
cat "$work"/task-*.log

step "merge and compare"
"$ufm" sweep merge "$work"/results/part-* --out "$work/rows.csv"
cmp "$work/rows.csv" "$work/whole/rows.csv"
echo "byte for byte the unsharded run: $(sha256sum <"$work/rows.csv" | cut -c1-16)…, $(($(wc -l <"$work/rows.csv") - 1)) rows"
