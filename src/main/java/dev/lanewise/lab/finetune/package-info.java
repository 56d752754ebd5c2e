/// Fresh weights against transferred ones against frozen ones.
package dev.lanewise.lab.finetune;
