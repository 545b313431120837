#!/bin/sh
# Builds both images, grille and grille-redirect, with buildah: deploy/docker/build.sh [--standin] [REGISTRY]
#
# REGISTRY (localhost) comes before their names, and the version behind. BUILDAH_OPTIONS are for buildah itself (--root, ...).
# With --standin, for where no registry can be reached, the base image is made here: of a Debian root (mmdebstrap) and the
# Python 3.13 that is installed, or the tree in PYTHON_TREE; pip and apt of the build then see this machine's configuration
# of theirs.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
options=
buildah() { command buildah ${BUILDAH_OPTIONS:-} "$@"; }

if [ "${1:-}" = --standin ]; then
  shift
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  libraries=ca-certificates,libssl3,libffi8,zlib1g,libbz2-1.0,liblzma5,libsqlite3-0,libreadline8,libgomp1,libstdc++6
  mmdebstrap --quiet --variant=minbase --include="$libraries" bookworm "$work/base.tar"
  cp -a "${PYTHON_TREE:-$(python3.13 -c 'import sys; print(sys.base_prefix)')}" "$work/python"
  cp deploy/docker/Dockerfile.standin "$work"
  buildah bud --isolation chroot -f "$work/Dockerfile.standin" -t docker.io/library/python:3.13-slim-bookworm "$work"
  options="--isolation chroot --pull-never --env PIP_CERT=/etc/ssl/certs/ca-certificates.crt"
  for path in /etc/ssl/certs /etc/pip.conf /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d; do
    if [ -e "$path" ]; then options="$options --volume $path:$path:ro"; fi
  done
fi

registry=${1:-localhost}
# shellcheck disable=SC2086  # they are words
buildah bud $options -f deploy/docker/Dockerfile -t "$registry/grille:$version" .
# shellcheck disable=SC2086
buildah bud $options -f deploy/docker/Dockerfile -t "$registry/grille-redirect:$version" --target redirect .
