/**
 * Internal: what every other module may need and knows no DJL: settings and range checks, files
 * that appear whole, folders and their locks, counter-based random numbers, digests, JSON.
 */
@NullMarked
package io.ssld.base.internal;

import org.jspecify.annotations.NullMarked;
