#!/usr/bin/env bash
# ./build.sh [build|test|demo|bench|soak|chaos] [ARGUMENTS]: sets up what is missing, builds Release, then does what was asked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Background build servers would keep a caller's pipe open after the build is over.
export MSBUILDDISABLENODEREUSE=1

ORT_NAME=com.github.asus4.onnxruntime
ORT_VERSION=0.4.9
ORT_SHA256=e59788788818fdde1b2e522e766a21ba0f7d8391de55737abf81e32cc801785d
ORT_PROJECT=src/OnnxRuntime/SegPipe.OnnxRuntime.csproj
ORT_PROPS=artifacts/onnxruntime.props
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/segpipe

say() { printf '==> %s\n' "$*"; }
die() { local code=$1; shift; printf 'build.sh: %s\n' "$@" >&2; exit "$code"; }

privileged() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get > /dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2> /dev/null; }
}

# Installs the Debian packages named, or says what to type and ends with 69.
install_packages() {
  [ $# -gt 0 ] || return 0
  may_install || die 69 "missing: $*" "type: sudo apt-get install $*"
  say "installing $*"
  privileged apt-get update -qq
  local policy=/usr/sbin/policy-rc.d hold= code=0
  # The tests start brokers of their own; Debian starts the one that it installs unless this file says no.
  if [[ " $* " == *" rabbitmq-server "* ]] && ! [ -e $policy ]; then hold=1; fi
  if [ "$hold" ]; then privileged sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy"; fi
  privileged env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null || code=$?
  if [ "$hold" ]; then privileged rm -f $policy; fi
  if [[ " $* " == *" rabbitmq-server "* ]]; then privileged systemctl disable rabbitmq-server > /dev/null 2>&1 || true; fi
  [ "$code" -eq 0 ] || die 69 "apt-get could not install: $*"
}

check_sdk() {
  if ! command -v dotnet > /dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then
    export DOTNET_ROOT=$HOME/.dotnet PATH=$HOME/.dotnet:$PATH
  fi
  # Asked here, the SDK obeys global.json: a failure means that no SDK 10 is installed.
  dotnet --version > /dev/null 2>&1 && return
  if apt-cache show dotnet-sdk-10.0 > /dev/null 2>&1; then
    install_packages dotnet-sdk-10.0
  else
    die 69 "the .NET SDK 10.0 is missing" \
      "type: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" \
      "then run ./build.sh again (it looks into ~/.dotnet)"
  fi
}

# What the tests' camera is made of; adds to the caller's list of missing packages.
check_camera() {
  /usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2> /dev/null || missing+=(python3-gi gir1.2-gst-rtsp-server-1.0)
  ls /usr/lib/*/gio/modules/libgiognutls.so > /dev/null 2>&1 || missing+=(glib-networking)
  if ! command -v gst-inspect-1.0 > /dev/null; then
    missing+=(gstreamer1.0-tools gstreamer1.0-plugins-{base,good,bad,ugly} gstreamer1.0-x)
    return
  fi
  local element
  for element in videotestsrc:plugins-base qtdemux:plugins-good x265enc:plugins-bad x264enc:plugins-ugly timeoverlay:x; do
    gst-inspect-1.0 --exists "${element%:*}" || missing+=("gstreamer1.0-${element#*:}")
  done
}

check_broker() {
  ls /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server > /dev/null 2>&1 && [ -x /usr/bin/epmd ] || missing+=(rabbitmq-server)
}

check_storage() {
  [ -d /usr/lib/python3/dist-packages/swift/common/middleware/s3api ] || missing+=(python3-swift)
}

check_tools() {
  local missing=()
  command -v ffmpeg > /dev/null && command -v ffprobe > /dev/null || missing+=(ffmpeg)
  if ! command -v bwrap > /dev/null; then
    if may_install; then missing+=(bubblewrap); else say "bubblewrap is missing: FFmpeg will run unconfined (sudo apt-get install bubblewrap)"; fi
  fi
  if [ "${1:-}" = soak ]; then check_camera; fi
  if [ "${1:-}" = chaos ]; then check_broker; fi
  if [ "${1:-}" = bench ]; then
    command -v g++ > /dev/null || missing+=(g++)
    command -v pkg-config > /dev/null || missing+=(pkg-config)
    [ -e /usr/include/opencv4/opencv2/core.hpp ] || missing+=(libopencv-dev)
    /usr/bin/python3 -c 'import cv2, numpy' 2> /dev/null || missing+=(python3-opencv python3-numpy)
  fi
  if [ "${1:-}" = test ]; then
    /usr/bin/python3 -c 'import numpy' 2> /dev/null || missing+=(python3-numpy)
    /usr/bin/python3 -c 'import cv2' 2> /dev/null || missing+=(python3-opencv)
    check_camera
    check_broker
    check_storage
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    command -v prometheus > /dev/null && command -v promtool > /dev/null || missing+=(prometheus)
  fi
  install_packages "${missing[@]}"
}

remember_onnxruntime() {
  mkdir -p artifacts
  printf '<Project><PropertyGroup><OnnxRuntimeSource>%s</OnnxRuntimeSource></PropertyGroup></Project>\n' "$1" > "$ORT_PROPS"
}

# Unpacks the binding's sources, the native library and the C headers; the mark is made last, so half a folder is never used.
unpack_onnxruntime() {
  local target=$CACHE/onnxruntime-$ORT_VERSION archive=$CACHE/$ORT_NAME-$ORT_VERSION.tgz work
  [ -e "$target/complete" ] && return
  mkdir -p "$CACHE"
  if ! [ -e "$archive" ] || ! sha256sum --status -c - <<< "$ORT_SHA256  $archive"; then
    command -v npm > /dev/null || install_packages npm
    say "fetching $ORT_NAME $ORT_VERSION (150 MB)"
    work=$(mktemp -d "$CACHE/fetch.XXXXXX")
    npm pack --silent --ignore-scripts --pack-destination "$work" "$ORT_NAME@$ORT_VERSION" > /dev/null < /dev/null \
      || die 69 "npm could not fetch $ORT_NAME@$ORT_VERSION; check the network and npm's configuration"
    sha256sum --status -c - <<< "$ORT_SHA256  $work/$ORT_NAME-$ORT_VERSION.tgz" \
      || die 69 "$ORT_NAME@$ORT_VERSION has an unexpected SHA-256 and is not used"
    mv -f "$work/$ORT_NAME-$ORT_VERSION.tgz" "$archive"
    rm -rf "$work"
  fi
  say "unpacking ONNX Runtime"
  work=$(mktemp -d "$CACHE/unpack.XXXXXX")
  tar -xzf "$archive" -C "$work" --strip-components=1 --wildcards \
    'package/LICENSE' 'package/Runtime/*' 'package/Plugins/Linux/x64/*.so' \
    'package/Plugins/iOS~/onnxruntime.xcframework/ios-arm64_x86_64-simulator/onnxruntime.framework/Headers/*'
  mv "$work/Plugins/iOS~/onnxruntime.xcframework/ios-arm64_x86_64-simulator/onnxruntime.framework/Headers" "$work/include"
  rm -rf "$work/Plugins/iOS~"
  touch "$work/complete"
  # A neighbour may have unpacked the same in the meantime; its folder is as good.
  rm -rf "$target.old"; if [ -e "$target" ] && ! [ -e "$target/complete" ]; then mv "$target" "$target.old"; fi
  mv -T "$work" "$target" 2> /dev/null || rm -rf "$work"
  rm -rf "$target.old"
}

choose_onnxruntime() {
  if ! [ -e "$ORT_PROPS" ]; then
    say "looking for Microsoft.ML.OnnxRuntime on the NuGet feed"
    if dotnet restore "$ORT_PROJECT" -p:OnnxRuntimeSource=nuget -v q > /dev/null 2>&1; then
      remember_onnxruntime nuget
    else
      say "not there: the npm package $ORT_NAME serves"
      [ "$(uname -sm)" = "Linux x86_64" ] || die 69 "the npm package of ONNX Runtime is for Linux x86_64 only; give NuGet a feed with Microsoft.ML.OnnxRuntime"
      unpack_onnxruntime
      remember_onnxruntime npm
    fi
  fi
  if grep -q '>npm<' "$ORT_PROPS"; then unpack_onnxruntime; fi
}

build() {
  local stamp=artifacts/build.stamp
  if [ -e "$stamp" ] && [ -x artifacts/bin/SegPipe.Host/release/segpipe ] \
    && [ -z "$(find src tests benchmarks ./*.props ./*.sln global.json BannedSymbols.txt .editorconfig "$ORT_PROPS" -newer "$stamp" -print -quit)" ]; then
    return
  fi
  say "building SegPipe (Release)"
  touch "$stamp.new"
  dotnet build SegPipe.sln -c Release -v q --nologo -clp:NoSummary || die 1 "the build failed"
  mv "$stamp.new" "$stamp"
}

# One number out of a result file's counters.
counter() { [[ $2 =~ \ $1=\"([0-9]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"; }

# Tests a project, with the results under a name; what it prints is shown at its end, because another's tests run beside it.
test_project() {
  local project=$1 results=artifacts/test-results/$2 code=0
  say "testing $2"
  shift 2
  mkdir -p "$results"
  dotnet test "artifacts/bin/$project/release/$project.dll" --nologo --logger "trx;LogFileName=results.trx" --results-directory "$results" "$@" \
    > "$results/log" 2>&1 < /dev/null || code=$?
  echo "$code" > "$results/code"
  grep -v -e '^Starting test execution' -e '^A total of ' -e '^Results File' -e '^$' "$results/log"
}

# Runs the projects two at a time, since most tests wait for cameras, brokers and children, then by themselves those that say how late something
# may be, and sums the counters of the result files; a project that ended without one counts as one failure.
run_tests() {
  local passed=0 failed=0 skipped=0 project counters total executed ok bad arguments=$#
  [ "$arguments" -ne 0 ] || set -- --filter 'Category!=alone'
  export -f test_project say
  rm -rf artifacts/test-results
  printf '%s\n' tests/*.Tests | xargs -P 2 -I{} bash -c 'test_project "${1##*/}" "${1##*/}" "${@:2}"' _ {} "$@" || true
  [ "$arguments" -ne 0 ] || test_project SegPipe.Contracts.Tests "what runs alone" --filter Category=alone -- RunConfiguration.TreatNoTestsAsError=true || true
  for project in artifacts/test-results/*/; do
    ok=0 bad=0 total=0 executed=0
    counters=$(grep -o '<Counters [^>]*>' "$project/results.trx" 2> /dev/null || true)
    if [ -n "$counters" ]; then
      total=$(counter total "$counters") executed=$(counter executed "$counters") ok=$(counter passed "$counters")
    fi
    bad=$((executed - ok))
    if [ "$(cat "$project/code" 2> /dev/null)" != 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  done
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}

# Without arguments everything that benchmarks/README.md shows; with some, what SegPipe.Benchmarks makes of them.
run_benchmarks() {
  local program=artifacts/bin/SegPipe.Benchmarks/release/SegPipe.Benchmarks
  [ $# -eq 0 ] || exec "$program" "$@"
  say "kernels"; "$program" quick
  say "the pipeline against its bound"; "$program" bound assets/street.mp4 "$(nproc)" 3
  say "managed memory"; "$program" allocations
  say "resident memory"; "$program" memory
  say "peers"; benchmarks/peers/run
}

verb=${1:-build}
[ $# -eq 0 ] || shift
case $verb in
  build | test | demo | bench | soak | chaos) ;;
  *) die 64 "unknown verb '$verb'" "usage: ./build.sh [build|test|demo|bench|soak|chaos]" ;;
esac
check_sdk
check_tools "$verb"
choose_onnxruntime
build
case $verb in
  test) run_tests "$@" ;;
  demo) exec ./segpipe demo "$@" ;;
  bench) run_benchmarks "$@" ;;
  soak) exec artifacts/bin/SegPipe.Soak/release/SegPipe.Soak "$@" ;;
  chaos) exec artifacts/bin/SegPipe.Chaos/release/SegPipe.Chaos "$@" ;;
  build) say "built; run ./segpipe --help" ;;
esac
