package dev.lanewise.examples.serve;

/// What a client is told who can't be answered.
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status of HTTP, from 400 on
    Refusal(int status, String message) {
        // the client's fault or a moment's want, of which no trace is needed
        super(message, null, false, false);
        this.status = status;
    }

    int status() { return status; }
}
