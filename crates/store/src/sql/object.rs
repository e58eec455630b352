use atrium_model::{AccountId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{Bucket, Object, ObjectSummary, ObjectTx, Segment, Upload, UploadPart};
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn bucket(row: &Row<'_>) -> Result<Bucket, StoreError> {
    Ok(Bucket {
        name: row.text(0)?,
        account: row.parsed(1)?,
        region: row.parsed(2)?,
        created: row.time(3)?,
    })
}

fn object(row: &Row<'_>) -> Result<Object, StoreError> {
    Ok(Object {
        bucket: row.text(0)?,
        name: row.text(1)?,
        segments: row.json(2)?,
        etag: row.text(3)?,
        headers: row.json(4)?,
        modified: row.time(5)?,
    })
}

fn upload(row: &Row<'_>) -> Result<Upload, StoreError> {
    Ok(Upload {
        bucket: row.text(0)?,
        name: row.text(1)?,
        id: row.text(2)?,
        headers: row.json(3)?,
        created: row.time(4)?,
    })
}

fn part(row: &Row<'_>) -> Result<UploadPart, StoreError> {
    Ok(UploadPart {
        number: row.int(0)?,
        segment: Segment {
            id: row.text(1)?,
            size: u64::try_from(row.int(2)?).map_err(StoreError::corrupt)?,
        },
        etag: row.text(3)?,
        modified: row.time(4)?,
    })
}

fn summary(row: &Row<'_>) -> Result<ObjectSummary, StoreError> {
    Ok(ObjectSummary {
        name: row.text(0)?,
        size: row.int(1)?,
        etag: row.text(2)?,
        modified: row.time(3)?,
    })
}

fn length(size: u64) -> Result<i64, StoreError> {
    i64::try_from(size).map_err(StoreError::corrupt)
}

impl SqlTx<'_> {
    fn loosen(&mut self, segments: &[Segment], due: Timestamp) -> Result<(), StoreError> {
        for segment in segments {
            self.announce_segment(&segment.id, due)?;
        }
        Ok(())
    }
}

impl ObjectTx for SqlTx<'_> {
    fn insert_bucket(&mut self, bucket: &Bucket) -> Result<(), StoreError> {
        self.insert(
            "bucket name",
            "INSERT INTO bucket (name, account, region, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            values![
                &bucket.name,
                bucket.account.as_str(),
                bucket.region.as_str(),
                bucket.created
            ],
        )
    }

    fn bucket(&mut self, name: &str) -> Result<Option<Bucket>, StoreError> {
        self.row(
            "SELECT name, account, region, created FROM bucket WHERE name = $1",
            values![name],
            bucket,
        )
    }

    fn buckets(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Bucket>, StoreError> {
        self.rows(
            "SELECT name, account, region, created FROM bucket WHERE account = $1 AND name > $2
             ORDER BY name LIMIT $3",
            values![account.as_str(), after, limit],
            bucket,
        )
    }

    fn delete_bucket(&mut self, name: &str, due: Timestamp) -> Result<bool, StoreError> {
        self.execute(
            "INSERT INTO loose_segment (segment, due)
             SELECT p.segment, $2 FROM upload_part p JOIN upload u ON u.id = p.upload WHERE u.bucket = $1
             ON CONFLICT DO NOTHING",
            values![name, due],
        )?;
        self.execute(
            "DELETE FROM upload_part WHERE upload IN (SELECT id FROM upload WHERE bucket = $1)",
            values![name],
        )?;
        self.execute("DELETE FROM upload WHERE bucket = $1", values![name])?;
        let gone = self.execute("DELETE FROM bucket WHERE name = $1", values![name])?;
        Ok(gone > 0)
    }

    fn put_object(&mut self, new: &Object, due: Timestamp) -> Result<(), StoreError> {
        if let Some(old) = self.object(&new.bucket, &new.name)? {
            self.loosen(&old.segments, due)?;
        }
        self.execute(
            "INSERT INTO object (bucket, name, segments, size, etag, headers, modified)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (bucket, name) DO UPDATE SET segments = excluded.segments, size = excluded.size,
             etag = excluded.etag, headers = excluded.headers, modified = excluded.modified",
            values![
                &new.bucket,
                &new.name,
                &json(&new.segments)?,
                length(new.size())?,
                &new.etag,
                &json(&new.headers)?,
                new.modified
            ],
        )?;
        Ok(())
    }

    fn object(&mut self, bucket: &str, name: &str) -> Result<Option<Object>, StoreError> {
        self.row(
            "SELECT bucket, name, segments, etag, headers, modified FROM object WHERE bucket = $1 AND name = $2",
            values![bucket, name],
            object,
        )
    }

    fn delete_object(
        &mut self,
        bucket: &str,
        name: &str,
        due: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(old) = self.object(bucket, name)? else {
            return Ok(false);
        };
        self.loosen(&old.segments, due)?;
        let gone = self.execute(
            "DELETE FROM object WHERE bucket = $1 AND name = $2",
            values![bucket, name],
        )?;
        Ok(gone > 0)
    }

    fn objects(
        &mut self,
        bucket: &str,
        from: &str,
        to: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ObjectSummary>, StoreError> {
        match to {
            Some(to) => self.rows(
                "SELECT name, size, etag, modified FROM object
                 WHERE bucket = $1 AND name >= $2 AND name < $4 ORDER BY name LIMIT $3",
                values![bucket, from, limit, to],
                summary,
            ),
            None => self.rows(
                "SELECT name, size, etag, modified FROM object
                 WHERE bucket = $1 AND name >= $2 ORDER BY name LIMIT $3",
                values![bucket, from, limit],
                summary,
            ),
        }
    }

    fn insert_upload(&mut self, upload: &Upload) -> Result<(), StoreError> {
        self.insert(
            "upload id",
            "INSERT INTO upload (bucket, name, id, headers, created) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            values![
                &upload.bucket,
                &upload.name,
                &upload.id,
                &json(&upload.headers)?,
                upload.created
            ],
        )
    }

    fn upload(&mut self, bucket: &str, name: &str, id: &str) -> Result<Option<Upload>, StoreError> {
        self.row(
            "SELECT bucket, name, id, headers, created FROM upload WHERE bucket = $1 AND name = $2 AND id = $3",
            values![bucket, name, id],
            upload,
        )
    }

    fn uploads(
        &mut self,
        bucket: &str,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Upload>, StoreError> {
        self.rows(
            "SELECT bucket, name, id, headers, created FROM upload
             WHERE bucket = $1 AND (name, id) > ($2, $3) ORDER BY name, id LIMIT $4",
            values![bucket, after.0, after.1, limit],
            upload,
        )
    }

    fn delete_upload(
        &mut self,
        upload: &Upload,
        kept: &[Segment],
        due: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO loose_segment (segment, due) SELECT segment, $2 FROM upload_part WHERE upload = $1
             ON CONFLICT DO NOTHING",
            values![&upload.id, due],
        )?;
        for segment in kept {
            self.execute(
                "DELETE FROM loose_segment WHERE segment = $1",
                values![&segment.id],
            )?;
        }
        self.execute(
            "DELETE FROM upload_part WHERE upload = $1",
            values![&upload.id],
        )?;
        self.execute(
            "DELETE FROM upload WHERE bucket = $1 AND name = $2 AND id = $3",
            values![&upload.bucket, &upload.name, &upload.id],
        )?;
        Ok(())
    }

    fn put_part(
        &mut self,
        upload: &str,
        part: &UploadPart,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO loose_segment (segment, due)
             SELECT segment, $3 FROM upload_part WHERE upload = $1 AND number = $2 ON CONFLICT DO NOTHING",
            values![upload, part.number, due],
        )?;
        self.execute(
            "INSERT INTO upload_part (upload, number, segment, size, etag, modified)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (upload, number) DO UPDATE SET segment = excluded.segment, size = excluded.size,
             etag = excluded.etag, modified = excluded.modified",
            values![
                upload,
                part.number,
                &part.segment.id,
                length(part.segment.size)?,
                &part.etag,
                part.modified
            ],
        )?;
        Ok(())
    }

    fn parts(
        &mut self,
        upload: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<UploadPart>, StoreError> {
        self.rows(
            "SELECT number, segment, size, etag, modified FROM upload_part
             WHERE upload = $1 AND number > $2 ORDER BY number LIMIT $3",
            values![upload, after, limit],
            part,
        )
    }

    fn announce_segment(&mut self, segment: &str, due: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO loose_segment (segment, due) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![segment, due],
        )?;
        Ok(())
    }

    fn hold_segment(&mut self, segment: &str) -> Result<bool, StoreError> {
        // A claimed segment has 0 for its time.
        let held = self.execute(
            "DELETE FROM loose_segment WHERE segment = $1 AND due > 0",
            values![segment],
        )?;
        Ok(held > 0)
    }

    fn claim_loose_segments(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let found = self.rows(
            "SELECT segment FROM loose_segment WHERE due <= $1 ORDER BY due, segment LIMIT $2",
            values![now, limit],
            |row| row.text(0),
        )?;
        for segment in &found {
            self.execute(
                "UPDATE loose_segment SET due = 0 WHERE segment = $1",
                values![segment],
            )?;
        }
        Ok(found)
    }

    fn forget_segments(&mut self, segments: &[String]) -> Result<(), StoreError> {
        for segment in segments {
            self.execute(
                "DELETE FROM loose_segment WHERE segment = $1",
                values![segment],
            )?;
        }
        Ok(())
    }
}
