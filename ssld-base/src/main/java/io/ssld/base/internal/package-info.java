/** Internal: small helpers that several packages share. */
@NullMarked
package io.ssld.base.internal;

import org.jspecify.annotations.NullMarked;
