/*
 * The calls of MPI that training needs, behind names and types that are the same for every implementation. MPI fixes an
 * interface for C but not the values and sizes behind it, so this file is compiled by each implementation's mpicc into a
 * library of its own, which Rust opens when a job runs (library.rs).
 *
 * Every function returns 0 or an error code of MPI, which dlrm_mpi_message explains.
 */
#include <mpi.h>
#include <stddef.h>
#include <string.h>

/* Any thread may call MPI afterwards, but only one at a time. */
int dlrm_mpi_start(int *rank, int *ranks) {
    int provided, started, error;
    if ((error = MPI_Initialized(&started)) || started) return error ? error : MPI_ERR_OTHER;
    if ((error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided))) return error;
    if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
    if ((error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN))) return error;
    if ((error = MPI_Comm_rank(MPI_COMM_WORLD, rank))) return error;
    return MPI_Comm_size(MPI_COMM_WORLD, ranks);
}

/* The name and version of the implementation, cut to the capacity. */
int dlrm_mpi_library(char *text, int capacity) {
    char whole[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    int error = MPI_Get_library_version(whole, &length);
    if (error) return error;
    strncpy(text, whole, (size_t)capacity - 1);
    text[capacity - 1] = '\0';
    return 0;
}

void dlrm_mpi_message(int code, char *text, int capacity) {
    char whole[MPI_MAX_ERROR_STRING];
    int length;
    if (MPI_Error_string(code, whole, &length)) strcpy(whole, "unknown error");
    strncpy(text, whole, (size_t)capacity - 1);
    text[capacity - 1] = '\0';
}

/* The bytes of a request. Requests are an array in memory of the caller. */
size_t dlrm_mpi_request_size(void) { return sizeof(MPI_Request); }

int dlrm_mpi_send(const void *bytes, int count, int to, int tag, MPI_Request *request) {
    return MPI_Isend(bytes, count, MPI_BYTE, to, tag, MPI_COMM_WORLD, request);
}

/* From any rank if `from` is -1. */
int dlrm_mpi_receive(void *bytes, int count, int from, int tag, MPI_Request *request) {
    if (from < 0) from = MPI_ANY_SOURCE;
    return MPI_Irecv(bytes, count, MPI_BYTE, from, tag, MPI_COMM_WORLD, request);
}

int dlrm_mpi_all_to_all(const float *values, const int *counts, const int *offsets, float *received,
                        const int *received_counts, const int *received_offsets, MPI_Request *request) {
    return MPI_Ialltoallv(values, counts, offsets, MPI_FLOAT, received, received_counts, received_offsets, MPI_FLOAT,
                          MPI_COMM_WORLD, request);
}

int dlrm_mpi_scatter(const float *values, const int *counts, const int *offsets, float *received, int received_count,
                     int root, MPI_Request *request) {
    return MPI_Iscatterv(values, counts, offsets, MPI_FLOAT, received, received_count, MPI_FLOAT, root, MPI_COMM_WORLD,
                         request);
}

int dlrm_mpi_gather(const float *values, int count, float *received, const int *received_counts,
                    const int *received_offsets, int root, MPI_Request *request) {
    return MPI_Igatherv(values, count, MPI_FLOAT, received, received_counts, received_offsets, MPI_FLOAT, root,
                        MPI_COMM_WORLD, request);
}

/* Whether all of the requests have ended. */
int dlrm_mpi_test(MPI_Request *requests, int count, int *ended) {
    return MPI_Testall(count, requests, ended, MPI_STATUSES_IGNORE);
}

/* Waits until every rank has called it. */
int dlrm_mpi_finish(void) { return MPI_Finalize(); }

/* Ends all ranks of the job, this one included. */
void dlrm_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
