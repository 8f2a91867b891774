# shellcheck shell=bash
# Sourced by every script, at the top of the repository: decides which Rust builds, where its output
# goes and what is on PATH.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/auxroom
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
export LEPTOS_OUTPUT_NAME=auxroom # as cargo leptos sets it, so that plain cargo builds the same Leptos
[[ :$PATH: == *:$CARGO_HOME/bin:* ]] || PATH=$CARGO_HOME/bin:$PATH

# Whether the Rust first on PATH is 1.96 or later and can build and link WASM.
rust_is_ready() {
    local minor
    local -x RUSTUP_AUTO_INSTALL=0
    minor=$(rustc --version 2>/dev/null | cut -d. -f2)
    ((minor >= 96)) || return
    mkdir -p "$cache"
    rustc --target wasm32-unknown-unknown --crate-type cdylib -o "$cache/probe.wasm" - <<<'' 2>/dev/null
}

# Takes rustup's Rust where that is ready, otherwise the system's.
choose_rust() {
    rust_is_ready && return
    local before=$PATH
    PATH=/usr/bin:$PATH
    rust_is_ready && return
    PATH=$before
    return 1
}

# Where none is ready yet, script/bootstrap installs one and asks again.
choose_rust || true
PATH=$PWD/end2end/node_modules/.bin:$cache/tools/bin:$PATH
