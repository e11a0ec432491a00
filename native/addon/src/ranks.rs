//! The `Ranks` class: this process as one of an MPI job.

use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use ::ranks::{
    Client, Communicator, ExchangeKind, FILES, Line, answer_about_file, broadcast, gather, measure_exchanges,
    measure_network, serve,
};
use dataset::{BATCHES, BatchLoader as DatasetLoader, BatchServer};
use engine::{ExchangeReport, exchange_reports};
use error_code::ErrorCode;
use mpi::Mpi;
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, Unknown};
use napi_derive::napi;
use serde_json::json;

use crate::arguments::{integer, string};
use crate::dataset::{BatchLoader, NativeDataset, loader_options};
use crate::errors::{Failure, Result, failure, guarded, invalid};
use crate::job::{Job, job};
use crate::serialised::Serialised;

/// More ranks than any job has.
const MAX_CLIENTS: u64 = 1 << 20;

/// This process as a rank of the MPI job that started it. All ranks must make the same calls in the same order.
#[napi]
pub struct Ranks {
    communicator: Arc<Communicator>,
    line: Arc<dyn Line>,
    /// The thread that serves ranks without files.
    server: Arc<Mutex<Option<JoinHandle<()>>>>,
    job: mpi::Job,
    rank: usize,
    ranks: usize,
    library: String,
}

#[napi]
impl Ranks {
    /// Joins the job. `library` is the file made of native/mpi/src/shim.c by the mpicc of the implementation whose mpirun
    /// started the process. Throws InvalidState if MPI cannot be started.
    #[napi(constructor)]
    pub fn new(#[napi(ts_arg_type = "string")] library: Unknown) -> Result<Self> {
        let path = string(library, "library")?;
        guarded(|| {
            let mpi = Mpi::start(&path).map_err(broken)?;
            let (job, line, library) = (mpi.job(), mpi.line(), mpi.name().to_string());
            let communicator = Communicator::new(Box::new(mpi)).map_err(broken)?;
            Ok(Self {
                rank: communicator.rank(),
                ranks: communicator.ranks(),
                communicator: Arc::new(communicator),
                line,
                server: Arc::default(),
                job,
                library,
            })
        })
    }

    /// This rank, counted from 0.
    #[napi]
    pub fn rank(&self) -> f64 {
        self.rank as f64
    }

    /// How many ranks the job has.
    #[napi]
    pub fn ranks(&self) -> f64 {
        self.ranks as f64
    }

    /// The name and version of the MPI implementation.
    #[napi]
    pub fn library(&self) -> String {
        self.library.clone()
    }

    /// Gives rank 0's message to all ranks; the others' own messages are ignored. Throws InvalidState if the network fails.
    #[napi]
    pub fn broadcast(
        &self,
        #[napi(ts_arg_type = "string")] message: Unknown,
    ) -> Result<AsyncTask<Job<String>>> {
        let message = string(message, "message")?.into_bytes();
        let communicator = self.communicator();
        Ok(job(move || {
            let pending =
                communicator.start(ExchangeKind::Other, 0, |transport| broadcast(transport, message));
            text(pending.wait().map_err(broken)?)
        }))
    }

    /// All ranks' messages, in the order of the ranks, on rank 0; elsewhere an empty list. Throws as `broadcast`.
    #[napi]
    pub fn gather(
        &self,
        #[napi(ts_arg_type = "string")] message: Unknown,
    ) -> Result<AsyncTask<Job<Vec<String>>>> {
        let message = string(message, "message")?.into_bytes();
        let communicator = self.communicator();
        Ok(job(move || {
            let pending = communicator.start(ExchangeKind::Other, 0, |transport| gather(transport, message));
            let messages = pending.wait().map_err(broken)?;
            messages.into_iter().map(text).collect()
        }))
    }

    /// What the exchanges of each kind have taken on this rank so far.
    #[napi(ts_return_type = "Array<ExchangeReport>")]
    pub fn exchanges(&self) -> Serialised<Vec<ExchangeReport>> {
        Serialised(exchange_reports(&self.communicator))
    }

    /// What exchanges between the ranks take, as JSON: an array of {kind, values, seconds}. All ranks call it at the same
    /// time. Throws as `broadcast`.
    #[napi]
    pub fn measure_exchanges(&self) -> Result<AsyncTask<Job<String>>> {
        let communicator = self.communicator();
        Ok(job(move || {
            let measured = measure_exchanges(&communicator).map_err(broken)?;
            let entries = measured.iter();
            let entries = entries
                .map(|each| json!({ "kind": each.kind, "values": each.values, "seconds": each.seconds }));
            Ok(entries.collect::<serde_json::Value>().to_string())
        }))
    }

    /// How fast messages between the hosts are, of which each has one rank in `leaders`, in ascending order: seconds until a
    /// short message arrives, and bytes a second; null on the other ranks and without a second host. All ranks call it at the
    /// same time. Throws as `broadcast`.
    #[napi(ts_return_type = "Promise<[number, number] | null>")]
    pub fn measure_network(
        &self,
        #[napi(ts_arg_type = "number[]")] leaders: Unknown,
    ) -> Result<AsyncTask<Job<Option<Vec<f64>>>>> {
        let refuse = |_| invalid("leaders must be a list of numbers.");
        let leaders = Vec::<u32>::from_unknown(leaders).map_err(refuse)?;
        let leaders: Vec<usize> = leaders.into_iter().map(|leader| leader as usize).collect();
        let communicator = self.communicator();
        Ok(job(move || {
            let pending = communicator.start(ExchangeKind::Other, 0, move |transport| {
                measure_network(transport, &leaders)
            });
            let speed = pending.wait().map_err(broken)?;
            Ok(speed.map(|speed| vec![speed.latency, speed.bandwidth]))
        }))
    }

    /// Makes batches of a dataset, and reads and writes files, for so many other ranks, each of which calls `beServed`; a
    /// thread does it until all of them leave.
    #[napi]
    pub fn serve(
        &self,
        #[napi(ts_arg_type = "NativeDataset")] dataset: Unknown,
        #[napi(ts_arg_type = "number")] clients: Unknown,
    ) -> Result<()> {
        let refuse = |_| invalid("dataset must be what openDataset() returned.");
        let dataset = ClassInstance::<NativeDataset>::from_unknown(dataset).map_err(refuse)?;
        let clients = integer(clients, "clients", MAX_CLIENTS)? as usize;
        let mut batches = BatchServer::new(dataset.opened());
        let line = Arc::clone(&self.line);
        let work = move || {
            let answer = |from: usize, request: &[u8], answer: &mut Vec<u8>| match request.first() {
                Some(&FILES) => answer_about_file(request, answer),
                Some(&BATCHES) => batches.answer(from, request, answer),
                _ => {
                    batches.forget(from);
                    Ok(())
                }
            };
            // Without a network its clients, which wait for it, end the job.
            drop(serve(&*line, clients, answer));
        };
        let thread = Builder::new()
            .name("serving".into())
            .spawn(work)
            .map_err(|error| broken(format!("A thread to serve ranks cannot be started: {error}.")))?;
        *self.server.lock().expect("no holder panics") = Some(thread);
        Ok(())
    }

    /// From now on the model of this rank reads and writes its files through another rank, which calls `serve`, and `batches`
    /// come from there.
    #[napi]
    pub fn be_served(&self, #[napi(ts_arg_type = "number")] server: Unknown) -> Result<()> {
        let server = integer(server, "server", self.ranks as u64 - 1)? as usize;
        let client = Client::new(Arc::clone(&self.line), self.rank, server);
        self.communicator.be_served(Arc::new(client));
        Ok(())
    }

    /// As `batches` of a dataset, which the rank makes that serves this one. Throws InvalidState without one.
    #[napi(ts_return_type = "NativeBatchLoader")]
    pub fn batches(
        &self,
        #[napi(ts_arg_type = "BatchLoaderOptions")] options: Unknown,
    ) -> Result<BatchLoader> {
        let options = loader_options(options)?;
        let client = self
            .communicator
            .client()
            .ok_or_else(|| broken("No rank serves this one.".into()))?;
        Ok(BatchLoader::new(DatasetLoader::remote(
            Arc::clone(client),
            &options,
        )?))
    }

    /// Leaves the job and waits until all ranks do. No call is possible afterwards.
    #[napi]
    pub fn leave(&self) -> Result<AsyncTask<Job<()>>> {
        let (communicator, server) = (self.communicator(), Arc::clone(&self.server));
        Ok(job(move || {
            if let Some(client) = communicator.client() {
                client.leave().map_err(broken)?;
            }
            if let Some(thread) = server.lock().expect("no holder panics").take() {
                // Its clients have got their answers.
                drop(thread.join());
            }
            communicator.leave();
            Ok(())
        }))
    }

    /// Ends all ranks of the job at once with this exit status, 1 to 125.
    #[napi]
    pub fn abort(&self, #[napi(ts_arg_type = "number")] status: Unknown) -> Result<()> {
        let status = integer(status, "status", 125)?;
        self.job.abort(status.max(1) as i32);
        Ok(())
    }

    pub(crate) fn communicator(&self) -> Arc<Communicator> {
        Arc::clone(&self.communicator)
    }
}

fn text(message: Vec<u8>) -> Result<String> {
    String::from_utf8(message).map_err(|_| broken("A rank sent a message that is no text.".into()))
}

fn broken(message: String) -> Failure {
    failure(ErrorCode::InvalidState, message)
}
