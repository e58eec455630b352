//! S3 through the whole edge, with a server in-process and its objects in a folder.

mod access;
mod bytes;
mod objects;
mod uploads;
mod world;
