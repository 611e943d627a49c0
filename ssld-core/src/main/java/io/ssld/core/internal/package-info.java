/** Internal: small helpers that several packages share. */
@NullMarked
package io.ssld.core.internal;

import org.jspecify.annotations.NullMarked;
