/**
 * Internal: values in, files out: metrics, TensorBoard events, provenance, charts and the pages
 * that show them.
 */
@NullMarked
package io.ssld.base.internal.report;

import org.jspecify.annotations.NullMarked;
