//! `cargo xtask serve`: the page on this machine, as soon as it can be had.

use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::log::Log;
use crate::module::{self, Module};
use crate::paths::Paths;
use crate::process;
use crate::setup;
use crate::site;

const FIRST_PORT: u16 = 4173;
const PORTS_TO_TRY: u16 = 50;
const PATIENCE: Duration = Duration::from_secs(30);

/// Builds what the page needs to begin with, serves it, and builds the GPU module meanwhile.
pub fn serve(paths: &Paths, port: Option<u16>) -> Result<String> {
    let log = Log::new();
    let claim = setup::prepare(log, paths)?;
    setup::build(log, paths, &[Module::Cpu, Module::Images])?;

    let wanted = port.unwrap_or(FIRST_PORT);
    let port = free_port(wanted)?;
    if port != wanted {
        log.note(&format!("Port {wanted} is taken."));
    }
    let mut server = start(paths, port)?;
    let page = format!("http://127.0.0.1:{port}/");
    log.step(&format!("Bunsen is at {page} (Ctrl-C stops it)"));
    if let Some(mut opener) = opener(&page) {
        // Nobody has to have a browser that opens itself: the address is printed.
        let _ = opener
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }

    // The server ends when its input does, so that it never outlives xtask, however xtask ends. Waiting for it would
    // close the input: it is kept apart.
    let _input = server.stdin.take();
    thread::scope(|scope| {
        scope.spawn(|| {
            build_gpu(paths);
            drop(claim);
        });
        let ended = server
            .wait()
            .map_err(|why| format!("The server was lost: {why}."));
        // The build in the background is of no use now, and would hold xtask until it is done.
        let sentence = ended.map_or_else(
            |why| why,
            |status| format!("The server ended by itself ({status})."),
        );
        eprintln!("{sentence}");
        std::process::exit(1)
    })
}

/// Builds the GPU module in the background and puts it into the site. Without it the page goes on with the CPU engine.
fn build_gpu(paths: &Paths) {
    let log = Log::prefixed("gpu | ");
    log.note("The page is of use while this goes on: the CPU engine is ready.");
    let result = module::build(log, paths, Module::Gpu).and_then(|built| {
        if built {
            site::add_module(paths, Module::Gpu)?;
        }
        Ok(())
    });
    match result {
        Ok(()) => log.step("The GPU engine is ready: choose it in the page."),
        Err(why) => log.step(&format!(
            "There is no GPU engine; the CPU engine goes on. {why}"
        )),
    }
}

/// Starts the server and waits until it answers.
fn start(paths: &Paths, port: u16) -> Result<Child> {
    let mut command = site::preview(paths, &Ipv4Addr::LOCALHOST.to_string(), port);
    let mut server = command
        .spawn()
        .map_err(|why| process::not_started(&command, &why))?;
    let since = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Ok(Some(status)) = server.try_wait() {
            return Err(format!(
                "The server ended at once ({status}): the lines above say why."
            ));
        }
        if since.elapsed() > PATIENCE {
            let _ = server.kill();
            return Err(format!(
                "The server did not answer within {} seconds.",
                PATIENCE.as_secs()
            ));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(server)
}

/// The wanted port, or the next one that nobody listens on.
fn free_port(wanted: u16) -> Result<u16> {
    let last = wanted.saturating_add(PORTS_TO_TRY);
    (wanted..=last)
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .ok_or_else(|| {
            format!("The ports from {wanted} to {last} are all taken: choose another with --port.")
        })
}

/// What opens a page in the person's browser, where there is a desktop to open it on.
fn opener(page: &str) -> Option<Command> {
    let remote = env::var_os("SSH_CONNECTION").is_some() || env::var_os("CI").is_some();
    let desktop = env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some();
    let (program, words): (&str, &[&str]) = if remote {
        return None;
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start"])
    } else if desktop && process::find("xdg-open").is_some() {
        ("xdg-open", &[])
    } else {
        return None;
    };
    let mut command = Command::new(program);
    command.args(words).arg(page);
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free_port(port).is_ok_and(|free| free != port));
    }
}
