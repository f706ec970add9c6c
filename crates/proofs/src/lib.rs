//! Who signed it: keys, DIDs, SD-JWT, Data Integrity.
