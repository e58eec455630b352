use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// Tells the bucket from the host a client asked for, where clients put it there.
///
/// `bucket.localhost` and `bucket.s3.anything` name one; every other host leaves it to the path.
pub(super) struct Host;

impl S3Host for Host {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let bucket = name
            .strip_suffix(".localhost")
            .or_else(|| name.split_once(".s3.").map(|(bucket, _)| bucket))
            .filter(|bucket| !bucket.is_empty() && *bucket != "s3");
        Ok(match bucket {
            Some(bucket) => VirtualHost::new(name).with_bucket(bucket),
            None => VirtualHost::new(name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_is_in_the_host_where_clients_put_it() {
        let cases = [
            ("localhost:4080", None),
            ("photos.localhost:4080", Some("photos")),
            ("my.photos.localhost", Some("my.photos")),
            ("photos.s3.example.com", Some("photos")),
            ("s3.example.com", None),
            ("s3.localhost", None),
            ("atrium.example.com:443", None),
        ];
        for (host, want) in cases {
            let parsed = Host.parse_host_header(host).expect("a host");
            assert_eq!(parsed.bucket(), want, "{host}");
        }
    }
}
