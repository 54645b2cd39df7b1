package org.codeaudit.placement;

import java.util.Optional;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/** The ways that need one GPU and, beside it, memory that the GPU does not share. */
abstract class GpuAndMemory extends Candidate {
  final WeightTable onGpu;

  GpuAndMemory(PlacementQuestion question) {
    super(question);
    this.onGpu = question.weights(Way.GPU);
  }

  @Override
  final Optional<String> excluded() {
    return withoutGpu(1).or(this::sharedMemory);
  }

  @Override
  final long most() {
    return modest(largestGpu());
  }
}
