//! A wire between the program and its database that breaks where a test wants.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What happens to the wire at a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Connections are cut before it reaches the database; new ones work.
    Before,
    /// It is carried out and nobody says so: connections are cut; new ones work.
    After,
    /// Connections are cut before it, and no new one works until the wire is mended.
    Down,
}

#[derive(Debug, Default)]
struct State {
    commits: usize,
    /// At which commit, from 1.
    cut: Option<(usize, Cut)>,
    down: bool,
    open: Vec<TcpStream>,
}

impl State {
    fn cut_all(&mut self) {
        for stream in self.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The wire. Its threads end with the connections, and the last one with the test's process.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    pub(crate) fn to(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { break };
                let mut state = shared.lock().unwrap();
                if state.down {
                    continue; // Dropping it closes it.
                }
                let server = TcpStream::connect(&database).unwrap();
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                    state.open.push(stream.try_clone().unwrap());
                }
                drop(state);
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let questions = Arc::clone(&shared);
                std::thread::spawn(move || carry_questions(client, server, &questions));
                std::thread::spawn(move || carry_answers(back.0, back.1));
            }
        });
        Self { address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The wire breaks at the n-th commit from now, from 1.
    pub(crate) fn cut_at(&self, commit: usize, cut: Cut) {
        let mut state = self.state.lock().unwrap();
        (state.commits, state.cut, state.down) = (0, Some((commit, cut)), false);
    }

    /// Nobody is there.
    pub(crate) fn go_down(&self) {
        let mut state = self.state.lock().unwrap();
        state.down = true;
        state.cut_all();
    }

    /// All is well again. Whether it was cut.
    pub(crate) fn mend(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let cut = state
            .cut
            .take()
            .is_some_and(|(commit, _)| state.commits >= commit);
        state.down = false;
        cut
    }
}

/// Both servers' clients send the word in plain, each statement in a packet of its own.
fn is_commit(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|word| word == b"COMMIT") && !bytes.windows(9).any(|word| word == b"COMMITTED")
}

fn carry_questions(mut from: TcpStream, mut to: TcpStream, shared: &Mutex<State>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 {
            break;
        }
        let bytes = &buffer[..read];
        if is_commit(bytes) {
            let mut state = shared.lock().unwrap();
            state.commits += 1;
            if let Some((commit, cut)) = state.cut
                && commit == state.commits
            {
                match cut {
                    Cut::Before => {}
                    Cut::After => {
                        // Its answer is read here, and goes no further: only then is it carried out for certain.
                        let client = from.try_clone().unwrap();
                        let _ = client.shutdown(Shutdown::Read);
                        let _ = client.shutdown(Shutdown::Write);
                        let _ = to.write_all(bytes);
                        let _ = to.shutdown(Shutdown::Write);
                    }
                    Cut::Down => state.down = true,
                }
                if cut == Cut::After {
                    // The database sees the end of its questions behind the commit.
                    state.open.clear();
                } else {
                    state.cut_all();
                }
                return;
            }
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn carry_answers(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}
