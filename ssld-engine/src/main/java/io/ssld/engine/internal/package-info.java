/**
 * Internal: the only place that reaches behind DJL's interface into its PyTorch engine, found at
 * run time. Other engines take the plain path.
 */
@NullMarked
package io.ssld.engine.internal;

import org.jspecify.annotations.NullMarked;
