//! How messages get from one rank to another.

/// A failed exchange is a sentence for the user. The job cannot go on after it.
pub type Result<T> = std::result::Result<T, String>;

/// A message to a rank.
#[derive(Clone, Copy)]
pub struct Send<'a> {
    pub to: usize,
    pub bytes: &'a [u8],
}

/// Where the message from a rank is written. It must have exactly as many bytes.
pub struct Receive<'a> {
    pub from: usize,
    pub bytes: &'a mut [u8],
}

/// Moves messages between the ranks of a job. All ranks must make the same calls in the same order.
pub trait Transport: std::marker::Send {
    /// This process, counted from 0.
    fn rank(&self) -> usize;

    /// How many ranks the job has.
    fn ranks(&self) -> usize;

    /// Sends and receives all of these messages at once, and returns when they are through. Messages from one rank to
    /// another arrive in the order in which they were sent.
    ///
    /// # Errors
    /// What the network reports.
    fn exchange(&mut self, sends: &[Send], receives: &mut [Receive]) -> Result<()>;

    /// Sends `counts[r]` values of `values` to each rank r, in order, and receives `received_counts[r]` from it.
    ///
    /// # Errors
    /// As `exchange`.
    ///
    /// # Panics
    /// When the counts do not add up to the number of values.
    fn all_to_all(
        &mut self,
        (values, counts): (&[f32], &[usize]),
        (received, received_counts): (&mut [f32], &[usize]),
    ) -> Result<()> {
        let own = self.rank();
        let values = parts(values, counts);
        let mut received = parts_mut(received, received_counts);
        received[own].copy_from_slice(values[own]);
        let sends = sends_to_others(own, &values);
        let mut receives = receives_from_others(own, received);
        self.exchange(&sends, &mut receives)
    }

    /// Sends `counts[r]` of the root's values to each rank r, in order. `values` are read on the root only.
    ///
    /// # Errors
    /// As `exchange`.
    fn scatter(
        &mut self,
        root: usize,
        (values, counts): (&[f32], &[usize]),
        received: &mut [f32],
    ) -> Result<()> {
        let own = self.rank();
        if own != root {
            let mut receives = [Receive {
                from: root,
                bytes: bytes_of_mut(received),
            }];
            let count = if counts[own] == 0 { 0 } else { 1 };
            return self.exchange(&[], &mut receives[..count]);
        }
        let values = parts(values, counts);
        received.copy_from_slice(values[own]);
        let sends = sends_to_others(own, &values);
        self.exchange(&sends, &mut [])
    }

    /// The reverse of `scatter`: the root receives `counts[r]` values from each rank r. `received` is written on the root
    /// only.
    ///
    /// # Errors
    /// As `exchange`.
    fn gather(
        &mut self,
        root: usize,
        values: &[f32],
        (received, counts): (&mut [f32], &[usize]),
    ) -> Result<()> {
        let own = self.rank();
        if own != root {
            let sends = [Send {
                to: root,
                bytes: bytes_of(values),
            }];
            let count = if counts[own] == 0 { 0 } else { 1 };
            return self.exchange(&sends[..count], &mut []);
        }
        let mut received = parts_mut(received, counts);
        received[own].copy_from_slice(values);
        let mut receives = receives_from_others(own, received);
        self.exchange(&[], &mut receives)
    }
}

/// The messages to all ranks but `own` that have anything in them, given one for each rank.
fn sends_to_others<'a>(own: usize, values: &[&'a [f32]]) -> Vec<Send<'a>> {
    let others = values
        .iter()
        .enumerate()
        .filter(|(to, values)| *to != own && !values.is_empty());
    let sends = others.map(|(to, values)| Send {
        to,
        bytes: bytes_of(values),
    });
    sends.collect()
}

/// The messages from all ranks but `own` that have anything in them, given the place for each rank's.
fn receives_from_others(own: usize, places: Vec<&mut [f32]>) -> Vec<Receive<'_>> {
    let others = places.into_iter().enumerate();
    let receives = others
        .filter(|(from, place)| *from != own && !place.is_empty())
        .map(|(from, place)| Receive {
            from,
            bytes: bytes_of_mut(place),
        });
    receives.collect()
}

/// The consecutive parts of `values` that have these lengths.
fn parts<'a>(mut values: &'a [f32], counts: &[usize]) -> Vec<&'a [f32]> {
    let parts = counts.iter().map(|&count| {
        let (part, rest) = values.split_at(count);
        values = rest;
        part
    });
    parts.collect()
}

fn parts_mut<'a>(mut values: &'a mut [f32], counts: &[usize]) -> Vec<&'a mut [f32]> {
    let parts = counts.iter().map(|&count| {
        let (part, rest) = std::mem::take(&mut values).split_at_mut(count);
        values = rest;
        part
    });
    parts.collect()
}

/// Any value that has no padding and whose every bit pattern is valid, so that its bytes can be sent.
pub(crate) trait Plain: Copy {}
impl Plain for u8 {}
impl Plain for u32 {}
impl Plain for f32 {}
impl Plain for f64 {}
impl Plain for u64 {}

pub(crate) fn bytes_of<T: Plain>(values: &[T]) -> &[u8] {
    // SAFETY: a Plain value is initialized in every byte, and bytes need no alignment.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

pub(crate) fn bytes_of_mut<T: Plain>(values: &mut [T]) -> &mut [u8] {
    // SAFETY: as above, and every bit pattern is a valid value.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size_of_val(values)) }
}
