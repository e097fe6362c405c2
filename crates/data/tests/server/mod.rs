//! A server on loopback that behaves well or badly.

#![allow(dead_code, reason = "each test uses some of it")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// How a server answers a request for a file.
#[derive(Clone, Copy)]
pub enum Manner {
    /// With what the folder has.
    Good,
    /// By sending the asker to another address.
    Redirect(&'static str),
    NotFound,
    /// Promises everything, sends half (of the file, where there is one), closes.
    Truncate,
    /// Sends half and then nothing, with the connection open.
    Stall,
    /// The right number of zeros.
    WrongBytes,
    /// Without end.
    Endless,
}

/// A server; counts its requests.
pub struct Server {
    /// Where it is, with a slash at the end.
    pub address: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// Serves the files of a folder; `size_of` is how large a file should be, by its name.
    pub fn start(manner: Manner, folder: PathBuf, size_of: fn(&str) -> usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let folder = folder.clone();
                // An asker that goes away is no failure.
                std::thread::spawn(move || answer(manner, &folder, size_of, stream).unwrap_or(()));
            }
        });
        Self { address, requests }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn answer(
    manner: Manner,
    folder: &Path,
    size_of: fn(&str) -> usize,
    mut stream: TcpStream,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let name = request
        .split(' ')
        .nth(1)
        .unwrap_or("/")
        .rsplit('/')
        .next()
        .unwrap_or("")
        .to_owned();
    let size = size_of(&name);
    let half = || match fs::read(folder.join(&name)) {
        Ok(bytes) => bytes[..bytes.len() / 2].to_vec(),
        Err(_) => vec![7; size / 2],
    };
    let head = |stream: &mut TcpStream, length: usize| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match manner {
        Manner::Good if request.contains("/moved/") || folder.join(&name).exists() => {
            let bytes = fs::read(folder.join(&name))?;
            head(&mut stream, bytes.len())?;
            stream.write_all(&bytes)
        }
        Manner::Good | Manner::NotFound => stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        Manner::Redirect(to) => {
            let to = to.to_owned() + &name;
            write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        Manner::Truncate => {
            head(&mut stream, size)?;
            stream.write_all(&half())
        }
        Manner::Stall => {
            head(&mut stream, size)?;
            stream.write_all(&half())?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Manner::WrongBytes => {
            head(&mut stream, size)?;
            stream.write_all(&vec![0; size])
        }
        Manner::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[0; 65536])?;
            }
        }
    }
}

/// What a folder holds, by name.
pub fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
