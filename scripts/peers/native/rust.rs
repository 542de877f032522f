//! An echo server in Rust, on the standard library alone: a thread for each connection, which
//! blocks in read and write_all. What people run in production has an async runtime, which the
//! standard library has not.
//!
//!     rust HOST PORT [BUFFER_BYTES]
//!
//! Not std::io::copy: on Linux that is splice(2), another contestant.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

// Of the C library, which std is linked with, and has no names for.
const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;
extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(status: i32) -> !;
}

extern "C" fn stop(_: i32) {
    // May be called in a signal handler (signal-safety(7)).
    unsafe { _exit(0) }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let host = arguments.get(1).map_or("127.0.0.1", |s| s.as_str());
    let port = arguments.get(2).map_or("25000", |s| s.as_str());
    let size = match arguments.get(3).map_or(Ok(65536), |s| s.parse::<usize>()) {
        Ok(bytes) if bytes > 0 => bytes,
        _ => fail(format!("a buffer of '{}' bytes cannot be", arguments[3])),
    };
    let listener = match TcpListener::bind(format!("{host}:{port}")) {
        Ok(listener) => listener,
        Err(error) => fail(format!("bind {host}:{port}: {error}")),
    };
    for number in [SIGINT, SIGTERM] {
        unsafe { signal(number, stop) };
    }
    match listener.local_addr() {
        Ok(address) => println!("listening on {address} (rust)"),
        Err(error) => fail(error.to_string()),
    }
    for connection in listener.incoming() {
        match connection {
            Ok(connection) => {
                let begun = std::thread::Builder::new()
                    .stack_size(64 << 10)
                    .spawn(move || echo(connection, size));
                if let Err(error) = begun {
                    eprintln!("a connection has no thread, and is closed: {error}");
                }
            }
            Err(error) => fail(format!("accept: {error}")),
        }
    }
}

/// Returns what arrives until the end of the stream.
fn echo(mut connection: TcpStream, size: usize) {
    let _ = connection.set_nodelay(true);
    let mut buffer = vec![0; size];
    loop {
        match connection.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                if connection.write_all(&buffer[..count]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        }
    }
}

fn fail(reason: String) -> ! {
    eprintln!("{reason}");
    std::process::exit(1)
}
