//! A presentation inside a QR code: packing and unpacking.
