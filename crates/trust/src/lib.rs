//! May this issuer say so: trust anchors, accreditations, chains.
