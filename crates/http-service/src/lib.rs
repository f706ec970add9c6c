//! What every service shares: problems, health, limits, the guarded client.
