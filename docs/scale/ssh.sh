#!/bin/bash
# Starts a program on several machines by ssh, and ends with 1 where one of them failed:
#   HOSTS="one two" PER_HOST=4 ./ssh.sh resnet_20.py --data data/cifar-10 --checkpoint kept.pt
# The folder has the same path on each machine. ADDRESS is the first machine's address for the others, where that is not its name.
set -u
read -ra hosts <<<"$HOSTS"
words=$(printf '%q ' "$@")
processes=()
trap 'kill "${processes[@]}" 2>/dev/null' INT TERM
for rank in "${!hosts[@]}"; do
  # shellcheck disable=SC2086
  ${SSH:-ssh} "${hosts[$rank]}" bash -s <<END &
cd $(printf %q "$PWD") || exit 1
${GLOO_SOCKET_IFNAME:+export GLOO_SOCKET_IFNAME=$GLOO_SOCKET_IFNAME}
exec ${TORCHRUN:-torchrun} --nnodes ${#hosts[@]} --node-rank $rank --nproc-per-node ${PER_HOST:-1} \
  --master-addr ${ADDRESS:-${hosts[0]}} --master-port ${PORT:-29500} $words
END
  processes+=($!)
done
status=0
for process in "${processes[@]}"; do
  wait "$process" || status=1
done
exit $status
