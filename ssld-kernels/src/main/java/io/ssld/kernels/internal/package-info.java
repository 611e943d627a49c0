/** Internal: the wording of messages, which all modules share. */
@NullMarked
package io.ssld.kernels.internal;

import org.jspecify.annotations.NullMarked;
