//! Serves the wallet's static files.
