//! Token buckets in bounded memory. They run on the machine's steady clock: the agency's time may stand while a wrong clock catches up.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many at once, refilled by so many a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub a_second: u32,
    pub burst: u32,
}

/// So many buckets are kept; a full one is as good as none.
const BUCKETS: usize = 20_000;

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

/// A bucket for each of those who ask.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub(super) fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, buckets: Mutex::default() }
    }

    /// Takes one; otherwise says when there will be one.
    pub(super) fn take(&self, key: K) -> Result<(), Duration> {
        self.spend_at(key, 1.0, Instant::now())
    }

    /// Whether there is one, and takes none; otherwise says when there will be one.
    pub(super) fn look(&self, key: K) -> Result<(), Duration> {
        self.spend_at(key, 0.0, Instant::now())
    }

    fn spend_at(&self, key: K, price: f64, now: Instant) -> Result<(), Duration> {
        let Rate { a_second, burst } = self.rate;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS {
            let is_short = |bucket: &Bucket| refilled(bucket, self.rate, now) < f64::from(burst);
            buckets.retain(|_, bucket| is_short(bucket));
            if buckets.len() >= BUCKETS {
                // So many addresses at once are an attack on the memory: everybody begins anew.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: f64::from(burst), seen: now });
        bucket.tokens = refilled(bucket, self.rate, now);
        bucket.seen = now;
        if bucket.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.tokens) / f64::from(a_second.max(1))));
        }
        bucket.tokens -= price;
        Ok(())
    }
}

fn refilled(bucket: &Bucket, rate: Rate, now: Instant) -> f64 {
    let since = now.saturating_duration_since(bucket.seen).as_secs_f64();
    (bucket.tokens + since * f64::from(rate.a_second)).min(f64::from(rate.burst))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_waits_and_nobody_else_does() {
        let (buckets, now) = (Buckets::new(Rate { a_second: 10, burst: 3 }), Instant::now());
        assert!((0..3).all(|_| buckets.spend_at("a", 1.0, now).is_ok()));
        let wait = buckets.spend_at("a", 1.0, now).unwrap_err();
        assert!(buckets.spend_at("b", 1.0, now).is_ok());
        let later = now + wait + Duration::from_millis(1);
        assert!(buckets.spend_at("a", 1.0, later).is_ok());
        assert!(buckets.spend_at("a", 1.0, later).is_err());
    }

    #[test]
    fn any_number_of_addresses_takes_bounded_memory() {
        let (buckets, now) = (Buckets::new(Rate { a_second: 1, burst: 1 }), Instant::now());
        for address in 0..3 * BUCKETS {
            let _ = buckets.spend_at(address, 1.0, now);
        }
        assert!(buckets.buckets.lock().unwrap().len() <= BUCKETS);
    }
}
