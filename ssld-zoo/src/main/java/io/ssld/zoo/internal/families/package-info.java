/** Internal: the families of networks, each one file with its variants. */
@NullMarked
package io.ssld.zoo.internal.families;

import org.jspecify.annotations.NullMarked;
