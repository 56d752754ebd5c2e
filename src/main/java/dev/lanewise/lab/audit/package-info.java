/// The command `audit`: files of freshly initialized models, held to how they should start.
package dev.lanewise.lab.audit;
