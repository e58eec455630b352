//! The operations that are offered.

use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use super::session::Session;
use super::{buckets, copy, delete, get, list, parts, put, uploads};

/// Writes what `s3s` wants of a service, and the list of all names in it.
macro_rules! offered {
    ($($method:ident($input:ident) -> $output:ident: $name:literal, $run:path;)*) => {
        /// The names of the operations that are offered.
        pub(super) const OFFERED: &[&str] = &[$($name),*];

        #[async_trait::async_trait]
        impl S3 for Session {
            $(async fn $method(&self, req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                self.count($name, $run(self, req).await)
            })*
        }
    };
}

offered! {
    create_bucket(CreateBucketInput) -> CreateBucketOutput: "CreateBucket", buckets::create;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput: "DeleteBucket", buckets::delete;
    list_buckets(ListBucketsInput) -> ListBucketsOutput: "ListBuckets", buckets::list;
    head_bucket(HeadBucketInput) -> HeadBucketOutput: "HeadBucket", buckets::head;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput: "GetBucketLocation", buckets::location;
    put_object(PutObjectInput) -> PutObjectOutput: "PutObject", put::put;
    get_object(GetObjectInput) -> GetObjectOutput: "GetObject", get::get;
    head_object(HeadObjectInput) -> HeadObjectOutput: "HeadObject", get::head;
    copy_object(CopyObjectInput) -> CopyObjectOutput: "CopyObject", copy::copy;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput: "DeleteObject", delete::delete;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput: "DeleteObjects", delete::delete_many;
    list_objects(ListObjectsInput) -> ListObjectsOutput: "ListObjects", list::list;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output: "ListObjectsV2", list::list_v2;
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput:
        "CreateMultipartUpload", uploads::create;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput:
        "CompleteMultipartUpload", uploads::complete;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput:
        "AbortMultipartUpload", uploads::abort;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput:
        "ListMultipartUploads", uploads::list;
    upload_part(UploadPartInput) -> UploadPartOutput: "UploadPart", parts::upload;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput: "UploadPartCopy", parts::upload_copy;
    list_parts(ListPartsInput) -> ListPartsOutput: "ListParts", parts::list;
}
