//! The network itself: what it does to bytes, and that a seed repeats it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use quanji_testkit::{Faults, FlakyNetwork, Tally};

/// Answers each connection with what it sent, and keeps it.
fn echo() -> (SocketAddr, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = Arc::clone(&heard);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, keeps) = (stream.unwrap(), Arc::clone(&keeps));
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = stream.read_to_end(&mut bytes);
                keeps.lock().unwrap().push(bytes.clone());
                let _ = stream.write_all(&bytes);
            });
        }
    });
    (address, heard)
}

fn ask(network: &FlakyNetwork, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(network.address()).unwrap();
    let mut answer = Vec::new();
    // Any of these fails when the network does.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn without_faults_every_byte_passes_both_ways() {
    let network = FlakyNetwork::before(echo().0, Faults::default(), 1).unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    assert_eq!(ask(&network, &bytes), bytes);
    assert_eq!(network.tally(), Tally { connections: 1, ..Tally::default() });
}

#[test]
fn a_cut_lets_the_server_hear_a_beginning_only() {
    let (address, heard) = echo();
    let faults = Faults { cut_percent: 100, cut_within_bytes: 1_000, ..Faults::default() };
    let network = FlakyNetwork::before(address, faults, 2).unwrap();
    let bytes = vec![7; 5_000];
    for _ in 0..5 {
        assert!(ask(&network, &bytes).len() < bytes.len());
    }
    assert_eq!(network.tally().cut, 5);
    assert!(heard.lock().unwrap().iter().all(|heard| heard.len() < 1_000));
}

#[test]
fn a_repeated_connection_is_heard_twice_alike() {
    let (address, heard) = echo();
    let network = FlakyNetwork::before(address, Faults { repeat_percent: 100, ..Faults::default() }, 3).unwrap();
    assert_eq!(ask(&network, b"once"), b"once");
    // The second hearing comes after the first was answered.
    while heard.lock().unwrap().len() < 2 {
        thread::yield_now();
    }
    assert_eq!(*heard.lock().unwrap(), [b"once", b"once"]);
}

#[test]
fn offline_nothing_passes_and_back_it_does() {
    let network = FlakyNetwork::before(echo().0, Faults::default(), 4).unwrap();
    network.set_offline(true);
    assert_eq!(ask(&network, b"lost"), b"");
    network.set_offline(false);
    assert_eq!(ask(&network, b"heard"), b"heard");
}

#[test]
fn one_seed_is_one_sequence_of_fates() {
    let faults = Faults {
        drop_percent: 20,
        cut_percent: 30,
        cut_within_bytes: 4,
        mute_percent: 20,
        repeat_percent: 20,
        ..Faults::default()
    };
    let run = |seed| {
        let network = FlakyNetwork::before(echo().0, faults, seed).unwrap();
        (0..40).map(|_| ask(&network, b"twelve bytes").len()).for_each(drop);
        network.tally()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}
