//! Faults of a device.

use std::future::{pending, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::lab::engine::health::Health;

fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_read_from_a_healthy_device_is_passed_on() {
    let health = Health::default();
    assert_eq!(
        poll_once(health.guard(ready(Ok::<_, String>(3)))),
        Poll::Ready(Ok(3))
    );
}

#[test]
fn a_fault_ends_the_wait_and_the_first_one_stays() {
    let health = Health::default();
    assert_eq!(
        poll_once(health.guard(pending::<Result<(), String>>())),
        Poll::Pending
    );
    health.report("lost".to_owned());
    health.report("and then some".to_owned());
    assert_eq!(
        poll_once(health.guard(pending::<Result<(), String>>())),
        Poll::Ready(Err("lost".to_owned()))
    );
    // What is read after a fault is not used either.
    assert_eq!(
        poll_once(health.guard(ready(Ok::<_, String>(3)))),
        Poll::Ready(Err("lost".to_owned()))
    );
}

#[test]
fn a_read_that_fails_says_so_in_one_line() {
    let health = Health::default();
    let read = ready(Err::<(), _>("the map failed\nBacktrace: none"));
    assert_eq!(
        poll_once(health.guard(read)),
        Poll::Ready(Err("it gave no answer (the map failed).".to_owned()))
    );
}
