/** {@link io.ssld.engine.Precision}: what a network computes in. */
@NullMarked
package io.ssld.engine;

import org.jspecify.annotations.NullMarked;
