/// What tensors let the packages above them do, and users not: not exported, in the way of the JDK's SharedSecrets.
package dev.lanewise.bridge;
