//! Work on many items at once whose results are taken one after the other, in the order of the
//! items, and never more of them at a time than fit a budget.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Items that workers may be ahead of the one whose results are taken.
const AHEAD: usize = 1024;

struct Shared<P> {
    state: Mutex<State<P>>,
    changed: Condvar,
    budget: u64,
}

struct State<P> {
    /// The first item that nobody has begun.
    next: usize,
    /// The item whose results are taken now.
    front: usize,
    /// What is under way of each item from `front` up to `next`.
    slots: VecDeque<Slot<P>>,
    /// The weight of all that is under way.
    held: u64,
    stopped: bool,
}

struct Slot<P> {
    pieces: VecDeque<(P, u64)>,
    reserved: u64,
    done: bool,
}

impl<P> Shared<P> {
    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, state: MutexGuard<'g, State<P>>) -> MutexGuard<'g, State<P>> {
        let waited = self.changed.wait(state);
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a worker puts the results of one item, piece by piece.
pub(super) struct Feed<'s, P> {
    shared: &'s Shared<P>,
    item: usize,
}

impl<P> Feed<'_, P> {
    /// Waits until there is room for something of this weight, which is held until all pieces of
    /// the item are taken. The item whose turn it is need not wait, whatever it weighs.
    pub fn reserve(&self, weight: u64) {
        let mut state = self.shared.lock();
        while !state.stopped && self.item != state.front && state.held + weight > self.shared.budget
        {
            state = self.shared.wait(state);
        }
        state.held += weight;
        let place = self.item - state.front;
        state.slots[place].reserved += weight;
    }

    /// Hands over a piece as soon as there is room. Tells whether more is wanted.
    pub fn send(&self, piece: P, weight: u64) -> bool {
        let mut state = self.shared.lock();
        loop {
            if state.stopped {
                return false;
            }
            let place = self.item - state.front;
            let is_awaited = place == 0 && state.slots[0].pieces.is_empty();
            if is_awaited || state.held + weight <= self.shared.budget {
                state.held += weight;
                state.slots[place].pieces.push_back((piece, weight));
                self.shared.changed.notify_all();
                return true;
            }
            state = self.shared.wait(state);
        }
    }
}

/// What is handed to the taker.
pub(super) enum Taken<P> {
    Piece(usize, P),
    /// All pieces of the item were taken.
    End(usize),
    /// Nothing is ready; the taker may use the time.
    Idle,
}

/// Runs `work` on the items by `threads` threads and hands what they send to `take`, on this
/// thread, in the order of the items. Stops at the first error. Work that panics sends no more.
pub(super) fn in_order<T: Sync, P: Send, E>(
    items: &[T],
    threads: usize,
    budget: u64,
    work: impl Fn(&T, &Feed<P>) + Sync,
    mut take: impl FnMut(Taken<P>) -> Result<(), E>,
) -> Result<(), E> {
    let shared = Shared {
        state: Mutex::new(State {
            next: 0,
            front: 0,
            slots: VecDeque::new(),
            held: 0,
            stopped: false,
        }),
        changed: Condvar::new(),
        budget,
    };
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            scope.spawn(|| labour(&shared, items, &work));
        }
        let done = (0..items.len()).try_for_each(|item| take_item(&shared, item, &mut take));
        shared.lock().stopped = true;
        shared.changed.notify_all();
        done
    })
}

fn labour<T, P>(shared: &Shared<P>, items: &[T], work: &impl Fn(&T, &Feed<P>)) {
    loop {
        let mut state = shared.lock();
        while !state.stopped && state.next < items.len() && state.next - state.front >= AHEAD {
            state = shared.wait(state);
        }
        if state.stopped || state.next == items.len() {
            return;
        }
        let item = state.next;
        state.next += 1;
        state.slots.push_back(Slot {
            pieces: VecDeque::new(),
            reserved: 0,
            done: false,
        });
        drop(state);
        let feed = Feed { shared, item };
        // Nothing is shared with the work but the feed, which is whole at any time.
        catch_unwind(AssertUnwindSafe(|| work(&items[item], &feed))).ok();
        let mut state = shared.lock();
        let place = item - state.front;
        state.slots[place].done = true;
        shared.changed.notify_all();
    }
}

fn take_item<P, E>(
    shared: &Shared<P>,
    item: usize,
    take: &mut impl FnMut(Taken<P>) -> Result<(), E>,
) -> Result<(), E> {
    let mut is_told = false;
    loop {
        let mut state = shared.lock();
        let slot = state.slots.front_mut();
        let (piece, done) = slot.map_or((None, false), |s| (s.pieces.pop_front(), s.done));
        if let Some((piece, weight)) = piece {
            drop(state);
            take(Taken::Piece(item, piece))?;
            is_told = false;
            shared.lock().held -= weight;
            shared.changed.notify_all();
        } else if done {
            drop(state);
            take(Taken::End(item))?;
            let mut state = shared.lock();
            let reserved = state.slots.pop_front().map_or(0, |slot| slot.reserved);
            state.held -= reserved;
            state.front += 1;
            shared.changed.notify_all();
            return Ok(());
        } else if is_told {
            drop(shared.wait(state));
        } else {
            drop(state);
            take(Taken::Idle)?;
            is_told = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Takes everything, three pieces an item, and tells the order and the most that was held.
    fn run(weights: &[u64], threads: usize, budget: u64) -> (Vec<(usize, u64)>, u64) {
        let held = AtomicU64::new(0);
        let most = AtomicU64::new(0);
        let mut order = Vec::new();
        let done: Result<(), ()> = in_order(
            weights,
            threads,
            budget,
            |weight, feed| {
                feed.reserve(*weight);
                let now = held.fetch_add(*weight, Ordering::SeqCst) + weight;
                most.fetch_max(now, Ordering::SeqCst);
                assert!(*weight != 51, "an accident at work");
                for piece in 0..3 {
                    assert!(feed.send(piece, 1));
                }
            },
            |taken| {
                match taken {
                    Taken::Piece(item, piece) => order.push((item, piece)),
                    Taken::End(item) => {
                        held.fetch_sub(weights[item], Ordering::SeqCst);
                    }
                    Taken::Idle => {}
                }
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        (order, most.load(Ordering::SeqCst))
    }

    #[test]
    fn pieces_come_in_order_and_no_more_is_held_than_the_budget_allows() {
        let mut weights: Vec<u64> = (0..300).map(|n| n * 7 % 50).collect();
        weights[100] = 500;
        let wanted: Vec<(usize, u64)> = (0..300)
            .flat_map(|item| (0..3).map(move |piece| (item, piece)))
            .collect();
        for threads in [1, 2, 7] {
            let (order, most) = run(&weights, threads, 60);
            assert!(order == wanted);
            // The heavy item is begun when its turn has come, beside what fits the budget.
            assert!(most <= 560, "{most}");
        }
    }

    #[test]
    fn work_that_panics_costs_its_own_item_only() {
        let (order, _) = run(&[1, 51, 2], 2, 60);
        let items: Vec<usize> = order.iter().map(|(item, _)| *item).collect();
        assert_eq!(items, [0, 0, 0, 2, 2, 2]);
    }

    #[test]
    fn an_error_stops_the_work() {
        let weights = vec![10; 10_000];
        let begun = AtomicU64::new(0);
        let done = in_order(
            &weights,
            2,
            40,
            |weight, feed| {
                begun.fetch_add(1, Ordering::SeqCst);
                feed.reserve(*weight);
                feed.send((), *weight);
            },
            |taken| match taken {
                Taken::End(5) => Err("enough"),
                _ => Ok(()),
            },
        );
        assert_eq!(done, Err("enough"));
        assert!(begun.load(Ordering::SeqCst) < 5000);
    }
}
