/// Processes that compute one thing together, and what they send each other. [dev.lanewise.group.Group] is all that training asks
/// of them, whatever carries the bytes; [dev.lanewise.group.SocketGroup] carries them over TCP, and needs nothing but to be told
/// the addresses.
///
/// ```java
/// try (var listener = SocketGroup.listen(InetAddress.getLoopbackAddress());
///         var group = listener.join(rank, addresses, secret, Duration.ofMinutes(1))) {
///     trainer.shards(8, group).fit(data, 10);
/// }
/// ```
///
/// Nothing here knows of tensors.
package dev.lanewise.group;
