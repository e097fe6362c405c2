//! The IDX format of MNIST, plain or in gzip.
