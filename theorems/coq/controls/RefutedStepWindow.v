(* False neighbours of the theorems on the window of STEP labels (StepWindow.v, StepSpectrum.v), refuted.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import LearningTime FiniteSums StepModes ExactMatrices StepWindow.
Open Scope R_scope.

(* With one class in a group the group has no mode, and the window of vanilla training is not sqrt R - 1: two classes have the
   contrast alone, whose window is 0 (neighbour of step_window_vanilla). *)
Theorem not_vanilla_window_of_single_classes : ~ (forall p q m_maj m_min, (0 < p)%nat -> (0 < q)%nat -> 0 < m_min <= m_maj ->
  is_relative_window (p + q - 1) (fun c => learning_time (step_sigma p q m_maj m_min c) 1) (sqrt (m_maj / m_min) - 1)).
Proof.
  intros H. destruct (H 1%nat 1%nat 4 1 ltac:(lia) ltac:(lia) ltac:(lra)) as [_ [a [c [Ha [Hc E]]]]]. simpl in Ha, Hc.
  replace a with 0%nat in E by lia. replace c with 0%nat in E by lia.
  destruct (step_sigma_pos 1 1 ltac:(lia) ltac:(lia) 4 1 ltac:(lra) ltac:(lra) 0) as [S0 _].
  replace (4 / 1) with (Rsqr 2) in E by (unfold Rsqr; field). rewrite sqrt_Rsqr in E by lra.
  unfold learning_time in E. rewrite Rmult_1_r in E.
  replace (1 / step_sigma 1 1 4 1 0 / (1 / step_sigma 1 1 4 1 0) - 1) with 0 in E by (field; lra). lra.
Qed.

(* The contrast's effective weight is not the plain mean of the two weights (neighbour of step_effective_weights). *)
Theorem not_contrast_weight_is_mean : ~ (forall p q m_maj m_min om, (0 < p)%nat -> (0 < q)%nat -> 0 < m_min <= m_maj ->
  (forall b, 0 < om b) -> step_lambda p q m_maj m_min om 0 = (om true + om false) / 2).
Proof.
  intros H. specialize (H 1%nat 1%nat 2 1 (fun b : bool => if b then 1 else 2) ltac:(lia) ltac:(lia) ltac:(lra)).
  assert (P : forall b : bool, 0 < (if b then 1 else 2)) by (intros []; lra). specialize (H P). simpl in H. lra.
Qed.
