(* False neighbours of SpectralDescent.v, VectorScaling.v and Deferred.v, each refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz.
From UFM Require Import LearningTime CrossEntropy SpectralDescent VectorScaling Deferred.
Open Scope R_scope.

(* The larger singular value is not first under spectral descent (neighbour of smaller_first). *)
Theorem not_larger_first : ~ (forall sigma sigma' w0, 0 < sigma < sigma' -> spectral_half sigma' w0 < spectral_half sigma w0).
Proof. intros H. pose proof (H 1 2 0 ltac:(lra)). pose proof (smaller_first 1 2 0 ltac:(lra)). lra. Qed.

(* The times are not in the ratio of the singular values (neighbour of spectral_ratio_scaled). *)
Theorem not_ratio_of_singular_values : ~ (forall sigma sigma' delta, 0 < sigma -> 0 < sigma' -> ln 2 / 2 < delta ->
  spectral_half sigma' (sqrt sigma' * exp (- delta)) / spectral_half sigma (sqrt sigma * exp (- delta)) = sigma' / sigma).
Proof.
  intros H. assert (L : ln 2 / 2 < ln 2) by (assert (0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra); lra).
  specialize (H 1 4 (ln 2) ltac:(lra) ltac:(lra) L). rewrite spectral_ratio_scaled in H by (lra || exact L).
  replace (4 / 1) with (2 * 2) in H by field. rewrite sqrt_square in H by lra. lra.
Qed.

(* Logit adjustment does not leave the contrast alone (neighbour of adjusted_contrast_halves). *)
Theorem not_contrast_unchanged : ~ (forall e, 0 < e -> contrast_square 1 1 4 1 e = contrast_square 1 1 4 1 1).
Proof.
  intros H. specialize (H 4 ltac:(lra)). destruct (adjusted_contrast_halves 1 4 ltac:(lra) ltac:(lra)) as [A B].
  rewrite A, B in H. lra.
Qed.

(* It is not slowest without adjustment (neighbour of contrast_square_least). *)
Theorem not_slowest_unadjusted : ~ (forall e, 0 < e -> contrast_square 1 1 4 1 1 <= contrast_square 1 1 4 1 e).
Proof.
  intros H. specialize (H 4 ltac:(lra)). destruct (adjusted_contrast_halves 1 4 ltac:(lra) ltac:(lra)) as [A B].
  rewrite A, B in H. lra.
Qed.

(* Constants that differ within the group leave no logits of that kind (neighbour of adjusted_logits). *)
Theorem not_constants_within_group : ~ (forall q c x b z iota0 iota, (c < q)%nat -> exists b' x' z', forall i : nat, (i < q)%nat ->
  logits q c x b z i + (if Nat.eqb i 1 then iota else iota0) = logits q c x' b' z' i).
Proof.
  intros H. destruct (H 3%nat 0%nat 0 0 (fun _ => 0) 0 1 ltac:(lia)) as [b' [x' [z' E]]].
  pose proof (E 1%nat ltac:(lia)) as E1. pose proof (E 2%nat ltac:(lia)) as E2. unfold logits in E1, E2. simpl in E1, E2. lra.
Qed.

(* The bound sqrt 2 - 1 does not survive deferral to half of the minority's time (neighbour of window_bound; cf. deferred_window_at_least). *)
Theorem not_deferred_bounded : ~ (forall r, 1 <= r ->
  switched_time (learning_time 1 1) 1 (1 / 2) / switched_time (learning_time (sqrt r) 1) (/ sqrt r) (1 / 2) - 1 < sqrt 2 - 1).
Proof.
  intros H. specialize (H (4 * 4) ltac:(lra)). rewrite sqrt_square in H by lra. unfold switched_time, learning_time in H.
  destruct (Rle_dec (1 / (1 * 1)) (1 / 2)) as [C|_]; [lra|]. destruct (Rle_dec (1 / (4 * 1)) (1 / 2)) as [_|C]; [|lra].
  assert (sqrt 2 < 2) by (rewrite <- (sqrt_square 2) at 2 by lra; apply sqrt_lt_1; lra). lra.
Qed.
