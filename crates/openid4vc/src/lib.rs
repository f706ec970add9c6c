//! OpenID4VCI messages and their states; sends nothing.
