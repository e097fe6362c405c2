(* Deferred re-weighting: a logistic mode without weights up to t1, with effective weight lambda after it.

   Its log-odds grow by 2 sigma t1 and then by 2 sigma lambda (t - t1).  With T = t_half sigma 1 s0, the half time without weights, half is
   learned at T if T <= t1, and at t1 + (T - t1) / lambda otherwise.

   Limit times of STEP labels in the unit of the scale: 1 / sqrt r for majority and 1 for minority modes (n_min = 1).  Weights that begin
   at tau1 >= 1 / sqrt r come too late for the majority, and the relative window is at least tau1 sqrt r - 1, whatever they are.

   Hypotheses: sigma, lambda > 0, 0 < s0 < sigma, t1 >= 0.
   Computed by: ufm_theory::remedies::deferred.
   Source: this project; the schedule is arXiv:1906.07413. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window.
Open Scope R_scope.

Definition switched_amplitude (sigma lambda s0 t1 t : R) : R :=
  if Rle_dec t t1 then s sigma 1 s0 t else s sigma lambda (s sigma 1 s0 t1) (t - t1).
Definition switched_time (vanilla lambda t1 : R) : R :=
  if Rle_dec vanilla t1 then vanilla else t1 + (vanilla - t1) / lambda.

Section Mode.
Variables sigma lambda s0 t1 : R.
Hypotheses (Hsigma : 0 < sigma) (Hlambda : 0 < lambda) (H0 : 0 < s0 < sigma) (H1 : 0 <= t1).

(* The odds that are left at t1. *)
Lemma odds_at_switch : sigma / s sigma 1 s0 t1 - 1 = (sigma / s0 - 1) * exp (-2 * sigma * t1).
Proof.
  pose proof (ratio_pos sigma s0 H0) as P. pose proof (exp_pos (-2 * sigma * 1 * t1)).
  unfold s. replace (-2 * sigma * t1) with (-2 * sigma * 1 * t1) by ring. field. repeat split; nra.
Qed.

(* It follows one equation before the switch and the other after it, and is continuous there. *)
Theorem switched_follows t : t <> t1 ->
  is_derive (switched_amplitude sigma lambda s0 t1) t
    (2 * (if Rle_dec t t1 then 1 else lambda) * switched_amplitude sigma lambda s0 t1 t * (sigma - switched_amplitude sigma lambda s0 t1 t)).
Proof.
  intros Hn. pose proof (s_range sigma 1 Hsigma s0 t1 H0) as R1.
  assert (E : switched_amplitude sigma lambda s0 t1 t
    = if Rle_dec t t1 then s sigma 1 s0 t else s sigma lambda (s sigma 1 s0 t1) (t - t1)) by reflexivity.
  destruct (Rle_dec t t1) as [L|L].
  - apply (is_derive_ext_loc (s sigma 1 s0)).
    + exists (mkposreal (t1 - t) ltac:(lra)). intros u Hu. unfold ball in Hu; simpl in Hu.
      unfold AbsRing_ball, abs, minus, plus, opp in Hu; simpl in Hu. apply Rabs_def2 in Hu.
      unfold switched_amplitude. destruct (Rle_dec u t1); [reflexivity | lra].
    + rewrite E. apply s_ode; assumption.
  - apply (is_derive_ext_loc (fun u => s sigma lambda (s sigma 1 s0 t1) (u - t1))).
    + exists (mkposreal (t - t1) ltac:(lra)). intros u Hu. unfold ball in Hu; simpl in Hu.
      unfold AbsRing_ball, abs, minus, plus, opp in Hu; simpl in Hu. apply Rabs_def2 in Hu.
      unfold switched_amplitude. destruct (Rle_dec u t1); [lra | reflexivity].
    + rewrite E. set (v := s sigma lambda (s sigma 1 s0 t1) (t - t1)).
      pose proof (is_derive_comp (s sigma lambda (s sigma 1 s0 t1)) (fun u => u - t1) t _ 1
        (s_ode sigma lambda (s sigma 1 s0 t1) (t - t1) R1)) as D.
      assert (D1 : is_derive (fun u : R => u - t1) t 1) by (auto_derive; [exact I | ring]).
      specialize (D D1). unfold scal in D; simpl in D; unfold mult in D; simpl in D. rewrite Rmult_1_l in D. exact D.
Qed.

Theorem switched_continuous : s sigma lambda (s sigma 1 s0 t1) 0 = s sigma 1 s0 t1.
Proof. pose proof (s_range sigma 1 Hsigma s0 t1 H0). apply s_initial; assumption. Qed.

(* Half of it is learned at one time. *)
Theorem switched_half t : 0 < t_half sigma 1 s0 ->
  (switched_amplitude sigma lambda s0 t1 t = sigma / 2 <-> t = switched_time (t_half sigma 1 s0) lambda t1).
Proof.
  intros HT. pose proof (s_range sigma 1 Hsigma s0 t1 H0) as R1.
  assert (HH : forall u, s sigma 1 s0 u = sigma / 2 <-> u = t_half sigma 1 s0).
  { intros u. split; [apply t_half_unique; assumption || lra | intros ->; apply s_at_t_half; assumption || lra]. }
  assert (HL : forall u, s sigma lambda (s sigma 1 s0 t1) u = sigma / 2 <-> u = t_half sigma lambda (s sigma 1 s0 t1)).
  { intros u. split; [apply t_half_unique; assumption | intros ->; apply s_at_t_half; assumption]. }
  assert (ET : t_half sigma lambda (s sigma 1 s0 t1) = (t_half sigma 1 s0 - t1) / lambda).
  { unfold t_half. rewrite odds_at_switch. rewrite ln_mult, ln_exp by (first [apply exp_pos | apply ratio_pos, H0]). field. split; lra. }
  unfold switched_amplitude, switched_time.
  assert (HI : forall x y, (x - y) / lambda <= 0 <-> x <= y).
  { intros x y. split; intros L; [apply Rnot_lt_le; intros C; pose proof (Rdiv_lt_0_compat (x - y) lambda ltac:(lra) Hlambda); lra|].
    replace ((x - y) / lambda) with (- ((y - x) / lambda)) by (field; lra).
    pose proof (Rdiv_le_0_compat (y - x) lambda ltac:(lra) Hlambda). lra. }
  destruct (Rle_dec t t1) as [L|L], (Rle_dec (t_half sigma 1 s0) t1) as [M|M].
  - apply HH.
  - rewrite HH. split; [lra|]. intros E. assert (X : (t_half sigma 1 s0 - t1) / lambda <= 0) by lra. apply (proj1 (HI _ _)) in X. contradiction.
  - rewrite HL, ET. split; [|lra]. intros E. pose proof (proj2 (HI (t_half sigma 1 s0) t1) M). lra.
  - rewrite HL, ET. split; lra.
Qed.
End Mode.

(* Limit times: weights that begin at tau1 >= 1 / sqrt r leave the majority where it was, and the window wide. *)
Theorem deferred_window_at_least r lambda lambda' tau1 : 1 <= r -> 0 < lambda -> 0 < lambda' -> / sqrt r <= tau1 <= 1 ->
  let majority := switched_time (learning_time (sqrt r) 1) lambda tau1 in
  let minority := switched_time (learning_time 1 1) lambda' tau1 in
  majority = / sqrt r /\ tau1 * sqrt r - 1 <= minority / majority - 1.
Proof.
  intros Hr Hl Hl' Ht majority minority. pose proof (sqrt_ge1 r Hr).
  assert (E : learning_time (sqrt r) 1 = / sqrt r) by (unfold learning_time; field; lra).
  assert (M : majority = / sqrt r).
  { unfold majority, switched_time. rewrite E. destruct (Rle_dec (/ sqrt r) tau1); [reflexivity | lra]. }
  split; [exact M|]. rewrite M.
  assert (N : tau1 <= minority).
  { unfold minority, switched_time, learning_time. replace (1 / (1 * 1)) with 1 by field. destruct (Rle_dec 1 tau1); [lra|].
    assert (0 < (1 - tau1) / lambda') by (apply Rdiv_lt_0_compat; lra). lra. }
  replace (minority / / sqrt r) with (minority * sqrt r) by (field; lra). nra.
Qed.

(* So no constant bounds it, for any time from which weights begin and any weights. *)
Theorem deferred_window_unbounded tau1 (weight weight' : R -> R) : 0 < tau1 <= 1 ->
  (forall r, 0 < weight r) -> (forall r, 0 < weight' r) ->
  forall B, exists r, 1 <= r /\
    B < switched_time (learning_time 1 1) (weight' r) tau1 / switched_time (learning_time (sqrt r) 1) (weight r) tau1 - 1.
Proof.
  intros Ht W W' B. set (x := (Rabs B + 2) / tau1). pose proof (Rabs_pos B). pose proof (Rle_abs B).
  assert (Hx : Rabs B + 2 <= x).
  { unfold x. apply Rle_div_r; nra. }
  assert (HX : tau1 * x = Rabs B + 2) by (unfold x; field; lra).
  exists (x * x). split; [nra|]. assert (S : sqrt (x * x) = x) by (apply sqrt_square; lra).
  assert (L : / sqrt (x * x) <= tau1).
  { rewrite S. apply (Rmult_le_reg_r x); [lra|]. rewrite Rinv_l by lra. lra. }
  destruct (deferred_window_at_least (x * x) (weight (x * x)) (weight' (x * x)) tau1 ltac:(nra) (W _) (W' _) ltac:(lra)) as [_ D].
  rewrite S in D at 1. lra.
Qed.

(* With the weights n_c^(-1/2) from tau1 < 1 / sqrt r on the majority is at 1 - tau1 (sqrt r - 1). *)
Theorem deferred_majority_half r tau1 : 1 <= r -> 0 <= tau1 < / sqrt r ->
  switched_time (learning_time (sqrt r) 1) (/ sqrt r) tau1 = 1 - tau1 * (sqrt r - 1).
Proof.
  intros Hr Ht. pose proof (sqrt_ge1 r Hr).
  assert (E : learning_time (sqrt r) 1 = / sqrt r) by (unfold learning_time; field; lra).
  unfold switched_time. rewrite E. destruct (Rle_dec (/ sqrt r) tau1); [lra|]. field. lra.
Qed.
