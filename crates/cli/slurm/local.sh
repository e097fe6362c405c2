#!/usr/bin/env bash
# A Slurm of one machine, and a sweep on it: an array of shards, interrupted once, merged, and compared byte for byte with the unsharded run.
#
#   crates/cli/slurm/local.sh [CONFIG [SHARDS]]
#
# For Debian, as root, in a container or a machine to be thrown away: installs slurm-wlm and munge, writes /etc/slurm/slurm.conf unless there is
# one, and starts the daemons unless they run; what it started it stops again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
config=$(realpath "${1:-$here/example.toml}")
shards=${2:-4}
work=$(mktemp -d)
started=()
stop() {
  status=$?
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  if ((status)); then tail -n 5 "$work"/*.log 2>/dev/null >&2 || true; fi
  rm -rf "$work"
  exit "$status"
}
trap stop EXIT
step() { printf '\n=== %s (%ss)\n' "$1" "$SECONDS"; }

step "the program"
ufm=${UFM:-}
if [[ -z $ufm ]]; then
  cargo install --quiet --locked --path "$here/.." --root "$work/install"
  ufm=$work/install/bin/ufm
fi
"$ufm" --version

step "Slurm"
if ! command -v slurmctld munged >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
fi
cpus=$(nproc)
host=$(hostname -s)
if [[ ! -e /etc/slurm/slurm.conf ]]; then
  mkdir -p /etc/slurm
  cat >/etc/slurm/slurm.conf <<CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=local Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
fi
mkdir -p /var/spool/slurmctld /var/spool/slurmd /run/munge
chown munge: /run/munge
# start NAME COMMAND…: unless it runs already.
start() {
  local name=$1
  shift
  if pgrep -x "$name" >/dev/null; then return; fi
  "$@" >"$work/$name.log" 2>&1 &
  started+=($!)
}
start munged setpriv --reuid=munge --regid=munge --clear-groups munged --force --foreground
for _ in {1..50}; do munge -n >/dev/null 2>&1 && break; sleep 0.1; done
start slurmctld slurmctld -D
start slurmd slurmd -D
for _ in {1..100}; do
  [[ $(sinfo --noheader --format=%t 2>/dev/null) == idle ]] && break
  sleep 0.3
done
sinfo --version
sinfo

step "the unsharded run"
"$ufm" sweep --config "$config" --out "$work/whole"

step "an array of $shards shards, cut short"
cat >"$work/short" <<SHORT
#!/usr/bin/env bash
exec "$ufm" "\$@" --stop-after 5
SHORT
chmod +x "$work/short"
submit() { # submit PROGRAM: waits for the array; its exit status is the highest of its tasks
  UFM=$1 sbatch --wait --parsable --chdir="$work" --output="$work/task-%a.log" --array="1-$shards" --cpus-per-task=1 \
    "$here/sweep.sbatch" "$config" "$work/results"
}
if submit "$work/short"; then echo "the short run was to be unfinished" >&2; exit 1; fi
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
