(* The learning window of STEP labels from the flow on the matrices, nothing assumed of a solution but that it is one.

   k = p + q classes, p majority ones with m_maj samples each and q minority ones with m_min; Z = U diag(sigma) V^T sample by
   sample (StepModes.v); class weights n_c^(-gamma).  Of the flow projected on the row space of V^T,
        W' = G H^T, H' = W^T G, G = (Z - W H) Omega V V^T,   W(0) = U e^(-delta) Q^T, H(0) = Q e^(-delta) V^T,
   V^T Omega V is diag(lambda), the amplitudes are logistic with rates sigma lambda, and as delta grows mode c is learned at the
   rescaled time T_c = 1 / (sigma_c lambda_c).  The same of the unweighted flow (lambda = 1), which needs no projection.
   The relative window of these times is window_split at the share q / k of minority classes and the ratio m_maj / m_min:
   at gamma = 1/2 below 1 / sqrt (q / k) - 1, which is sqrt 2 - 1 for equal halves, and sqrt R - 1 for vanilla training.

   Hypotheses: p, q >= 1 (>= 2 where a window is attained: a group of one class has no mode); m_maj, m_min > 0; any map of
   samples to classes with these counts; Q has orthonormal columns; weights of the groups positive.
   Computed by: ufm_theory::{spectrum::StepSpectrum, learning_time, window}, ufm_simulation::GradientFlow.
   Source: arXiv:2601.12011 (equal halves); any split, the composition: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime MajorityFirst Window WindowBound WindowSplit Exponent EffectiveRates VanillaWindow Flattening.
From UFM Require Import FiniteSums Flow Modes StepModes ExactWindow ExactMatrices Uniqueness StepFlow.
Open Scope R_scope.

(* w is the relative window of the times T of n modes: the largest of all T a / T c - 1. *)
Definition is_relative_window (n : nat) (T : nat -> R) (w : R) : Prop :=
  (forall a c, (a < n)%nat -> (c < n)%nat -> T a / T c - 1 <= w) /\
  exists a c, (a < n)%nat /\ (c < n)%nat /\ T a / T c - 1 = w.

(* There is only one. *)
Lemma relative_window_unique n T w w' : is_relative_window n T w -> is_relative_window n T w' -> w = w'.
Proof.
  intros [B [a [c [Ha [Hc E]]]]] [B' [a' [c' [Ha' [Hc' E']]]]].
  pose proof (B a' c' Ha' Hc'). pose proof (B' a c Ha Hc). lra.
Qed.

Lemma relative_window_ext n T T' w : (forall c, (c < n)%nat -> T c = T' c) -> is_relative_window n T w -> is_relative_window n T' w.
Proof.
  intros E [B [a [c [Ha [Hc EQ]]]]]. split.
  - intros a' c' Ha' Hc'. rewrite <- !E by assumption. apply B; assumption.
  - exists a, c. rewrite <- !E by assumption. auto.
Qed.

(* A flow depends on the entries of its driving matrix only. *)
Lemma follows_drive k d N W H G G' : (forall t i j, (i < k)%nat -> (j < N)%nat -> G t i j = G' t i j) ->
  follows k d N W H G -> follows k d N W H G'.
Proof.
  intros E [FW FH]. split.
  - intros t i l Ht Hi Hl. replace (mul N (G' t) (tr (H t)) i l) with (mul N (G t) (tr (H t)) i l); [apply FW; assumption|].
    apply sum_ext. intros j Hj. rewrite E by assumption. reflexivity.
  - intros t l j Ht Hl Hj. replace (mul k (tr (W t)) (G' t) l j) with (mul k (tr (W t)) (G t) l j); [apply FH; assumption|].
    apply sum_ext. intros i Hi. rewrite E by assumption. reflexivity.
Qed.

(* A logistic amplitude that starts at or below half its limit reaches the half first at t_half. *)
Lemma logistic_first_half sigma lambda s0 : 0 < sigma -> 0 < lambda -> 0 < s0 <= sigma / 2 ->
  first_half (fun t => s sigma lambda s0 t / sigma) (t_half sigma lambda s0).
Proof.
  intros Hs Hl H0. assert (P : 0 < s0 < sigma) by lra. assert (0 < sigma * lambda) by (apply Rmult_lt_0_compat; assumption).
  split; [|split].
  - unfold t_half. apply Rdiv_le_0_compat; [|lra]. rewrite <- ln_1. apply ln_le; [lra|].
    assert (2 <= sigma / s0) by (apply Rle_div_r; lra). lra.
  - rewrite s_at_t_half by assumption. field. lra.
  - intros t [_ Ht]. apply (s_increasing _ _ Hs Hl _ _ _ P) in Ht. rewrite s_at_t_half in Ht by assumption.
    apply Rlt_div_l; lra.
Qed.

Section Step.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation Z := (step_labels p q y).
Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).
Notation g := (sample_group p y).
Notation share := (INR q / INR k).

Let HU : orthonormal k r U := step_U_orthonormal p q Hp Hq.
Let HV : orthonormal N r V := step_V_orthonormal p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts.
Let HZ : forall i j, (i < k)%nat -> (j < N)%nat -> Z i j = mode_Z r U V sigma i j :=
  step_labels_modes p q Hp Hq N y m_maj m_min Hmaj Hmin Hy.
Let S2 : forall c, 0 < sigma c /\ sigma c * sigma c = step_square p q m_maj m_min c :=
  step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin.

(* The effective weights. *)
Definition step_lambda (om : bool -> R) (c : nat) : R :=
  match c with
  | O => (INR q * m_maj * om true + INR p * m_min * om false) / (INR q * m_maj + INR p * m_min)
  | S _ => om (majority p c)
  end.

Lemma step_lambda_pos om c : (forall b, 0 < om b) -> 0 < step_lambda om c.
Proof.
  intros Hom. destruct c; [|apply Hom]. pose proof (lt_0_INR p Hp). pose proof (lt_0_INR q Hq).
  assert (0 < INR q * m_maj) by (apply Rmult_lt_0_compat; assumption).
  assert (0 < INR p * m_min) by (apply Rmult_lt_0_compat; assumption).
  pose proof (Rmult_lt_0_compat _ _ H1 (Hom true)). pose proof (Rmult_lt_0_compat _ _ H2 (Hom false)).
  simpl. apply Rdiv_lt_0_compat; lra.
Qed.

(* V^T Omega V = diag(lambda). *)
Theorem step_effective_weights om a c : (a < r)%nat -> (c < r)%nat ->
  mul N (mul N (tr V) (group_weights g om)) V a c = if Nat.eqb c a then step_lambda om c else 0.
Proof.
  intros Ha Hc. destruct (S2 a) as [Pa _]. destruct (S2 c) as [Pc Sc].
  transitivity (sum N (fun j => (fun e => step_U p q e a / sigma a * om (majority p e) * (step_U p q e c / sigma c)) (y j))).
  - unfold mul at 1. apply sum_ext. intros j Hj. unfold mul, tr, group_weights.
    rewrite (sum_ext N _ (fun x => (V x a * om (g x)) * (if Nat.eqb j x then 1 else 0))).
    + rewrite (sum_delta N j (fun x => V x a * om (g x)) Hj). reflexivity.
    + intros x _. rewrite (Nat.eqb_sym x j). destruct (Nat.eqb j x); ring.
  - rewrite (sum_samples p q N y m_maj m_min Hy counts
      (fun e => step_U p q e a / sigma a * om (majority p e) * (step_U p q e c / sigma c))).
    rewrite (sum_ext k _ (fun e => / (sigma a * sigma c) *
      ((if majority p e then m_maj * om true else m_min * om false) * (step_U p q e a * step_U p q e c))))
      by (intros e _; destruct (majority p e); field; lra).
    rewrite sum_scal, (step_gram p q Hp Hq) by assumption. rewrite (Nat.eqb_sym c a).
    destruct (Nat.eqb_spec a c) as [->|]; [|ring]. rewrite Sc.
    pose proof (lt_0_INR p Hp). pose proof (lt_0_INR q Hq).
    assert (0 < INR q * m_maj) by (apply Rmult_lt_0_compat; assumption).
    assert (0 < INR p * m_min) by (apply Rmult_lt_0_compat; assumption).
    destruct c as [|c]; simpl.
    + rewrite plus_INR. field. lra.
    + destruct (majority p (S c)); field; lra.
Qed.

(* The flow projected on the row space of V^T, and the vanilla flow. *)
Definition projected_step_flow (om : bool -> R) (W H : R -> nat -> nat -> R) : Prop :=
  follows k d N W H (residual_on_rows d N r V Z (group_weights g om) W H).
Definition vanilla_step_flow (W H : R -> nat -> nat -> R) : Prop := follows k d N W H (residual d Z W H).
Notation start := (spectral_start p q N d y m_maj m_min Q).
Notation A W H c t := (amplitude k N U V (mul d (W t) (H t)) c c).

Lemma projected_labels Om W H t i j : (i < k)%nat ->
  residual_on_rows d N r V Z Om W H t i j = residual_on_rows d N r V (mode_Z r U V sigma) Om W H t i j.
Proof.
  intros Hi. apply sum_ext. intros c _. apply (f_equal (fun v => v * tr V c j)).
  apply sum_ext. intros x _. apply (f_equal (fun v => v * V x c)).
  apply sum_ext. intros z Hz. rewrite HZ by assumption. reflexivity.
Qed.

(* Logits U diag(s) V^T with s logistic. *)
Definition decoupled (lambda s0 : nat -> R) (W H : R -> nat -> nat -> R) : Prop :=
  forall t, 0 <= t -> agree k N (mul d (W t) (H t)) (fun i j => sum r (fun c => U i c * s (sigma c) (lambda c) (s0 c) t * V j c)).

Theorem projected_step_decoupled om s0 W H : (forall b, 0 < om b) -> (forall c, (c < r)%nat -> 0 < s0 c < sigma c) ->
  projected_step_flow om W H -> start (fun c => sqrt (s0 c)) (W 0) (H 0) -> decoupled (step_lambda om) s0 W H.
Proof.
  intros Hom Hs F [W0 H0] t Ht.
  apply (projected_flow_is_explicit k d N r U V Q sigma (step_lambda om) s0 (group_weights g om) W H HU HV HQ); try assumption.
  - intros c Hc. split; [apply step_lambda_pos, Hom | apply Hs, Hc].
  - intros a c Ha Hc. apply step_effective_weights; assumption.
  - apply (follows_drive k d N W H _ _) with (2 := F). intros u i j Hi _. apply projected_labels, Hi.
Qed.

Theorem vanilla_step_decoupled s0 W H : (forall c, (c < r)%nat -> 0 < s0 c < sigma c) ->
  vanilla_step_flow W H -> start (fun c => sqrt (s0 c)) (W 0) (H 0) -> decoupled (fun _ => 1) s0 W H.
Proof.
  intros Hs F [W0 H0] t Ht.
  apply (vanilla_flow_is_explicit k d N r U V Q sigma s0 W H HU HV HQ); try assumption.
  apply (follows_drive k d N W H _ _) with (2 := F). intros u i j Hi Hj. unfold residual. rewrite HZ by assumption. reflexivity.
Qed.

(* There is such a flow from every such start. *)
Definition solution_W (om : bool -> R) (s0 : nat -> R) : R -> nat -> nat -> R :=
  mode_W r U Q (fun c t => sqrt (s (sigma c) (step_lambda om c) (s0 c) t)).
Definition solution_H (om : bool -> R) (s0 : nat -> R) : R -> nat -> nat -> R :=
  mode_H r V Q (fun c t => sqrt (s (sigma c) (step_lambda om c) (s0 c) t)).

Theorem projected_step_exists om s0 : (forall b, 0 < om b) -> (forall c, (c < r)%nat -> 0 < s0 c < sigma c) ->
  projected_step_flow om (solution_W om s0) (solution_H om s0) /\
  start (fun c => sqrt (s0 c)) (solution_W om s0 0) (solution_H om s0 0).
Proof.
  intros Hom Hs.
  destruct (explicit_flow k d N r U V Q sigma (step_lambda om) s0 (group_weights g om) HU HV HQ) as [F _].
  { intros c Hc. split; [apply step_lambda_pos, Hom | apply Hs, Hc]. }
  { intros a c Ha Hc. apply step_effective_weights; assumption. }
  split.
  - refine (follows_drive k d N _ _ _ _ _ F). intros t i j Hi _. symmetry. apply projected_labels, Hi.
  - assert (E : forall c, (c < r)%nat -> sqrt (s (sigma c) (step_lambda om c) (s0 c) 0) = sqrt (s0 c)).
    { intros c Hc. f_equal. apply s_initial; [apply S2 | apply Hs, Hc]. }
    split; [intros i l _ _ | intros l j _ _]; apply sum_ext; intros c Hc; rewrite E by exact Hc; reflexivity.
Qed.

(* The amplitudes are the logistic ones, and there are no others. *)
Theorem decoupled_amplitude lambda s0 W H t a c : decoupled lambda s0 W H -> 0 <= t -> (a < r)%nat -> (c < r)%nat ->
  amplitude k N U V (mul d (W t) (H t)) a c = if Nat.eqb a c then s (sigma c) (lambda c) (s0 c) t else 0.
Proof.
  intros D Ht Ha Hc. pose proof (D t Ht) as E. unfold amplitude.
  set (z := fun b => s (sigma b) (lambda b) (s0 b) t) in *.
  rewrite (sum_ext k _ (fun i => z c * (U i a * U i c))).
  - rewrite sum_scal, HU by assumption. destruct (Nat.eqb a c); unfold z; ring.
  - intros i Hi.
    rewrite (sum_ext N _ (fun j => U i a * (sum r (fun b => (U i b * z b) * V j b)
                                          * sum r (fun b => (if Nat.eqb c b then 1 else 0) * V j b)))).
    + rewrite sum_scal, (contract N r V _ _ HV), (sum_delta r c (fun b => U i b * z b) Hc). ring.
    + intros j Hj. rewrite (E i j Hi Hj).
      rewrite (sum_ext r (fun b => (if Nat.eqb c b then 1 else 0) * V j b) (fun b => V j b * (if Nat.eqb c b then 1 else 0)))
        by (intros; ring).
      rewrite (sum_delta r c (fun b => V j b) Hc). fold (z c). unfold z. ring.
Qed.

(* As delta grows the start is below half of every singular value. *)
Lemma small_start : Rbar_locally' p_infty (fun delta => 0 <= delta /\ forall c, (c < r)%nat -> 2 <= sigma c * exp (2 * delta)).
Proof.
  assert (P : forall n, Rbar_locally' p_infty (fun delta => 0 <= delta /\ forall c, (c < n)%nat -> 2 <= sigma c * exp (2 * delta))).
  { induction n as [|n IH].
    - exists 0. intros x Hx. split; [lra|]. intros c Hc. lia.
    - generalize (filter_and _ _ IH (big_exp (sigma n) (proj1 (S2 n)))). apply filter_imp. intros x [[H0 H1] H2].
      split; [exact H0|]. intros c Hc. destruct (Nat.eq_dec c n) as [->|]; [exact H2 | apply H1; lia]. }
  apply P.
Qed.

Lemma plain_start_range delta c : 2 <= sigma c * exp (2 * delta) -> 0 < s0_plain delta < sigma c.
Proof.
  intros H. unfold s0_plain. split; [apply exp_pos|]. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
  apply (Rmult_lt_reg_r (exp (2 * delta))); [assumption|]. rewrite Rinv_l by lra. lra.
Qed.

Lemma sqrt_plain delta : sqrt (s0_plain delta) = exp (- delta).
Proof.
  unfold s0_plain. replace (-2 * delta) with (- delta + - delta) by ring. rewrite exp_plus. apply sqrt_square, Rlt_le, exp_pos.
Qed.

(* What is said of one mode: not learned before T, learned after, and half learned at a time that over delta tends to T. *)
Definition learned_at (f : R -> R -> R) (T : R) : Prop :=
  (forall tau, 0 <= tau < T -> is_lim (fun delta => f delta (delta * tau)) p_infty 0) /\
  (forall tau, T < tau -> is_lim (fun delta => f delta (delta * tau)) p_infty 1) /\
  exists half, Rbar_locally' p_infty (fun delta => first_half (f delta) (half delta)) /\
               is_lim (fun delta => half delta / delta) p_infty T.

Lemma decoupled_learned lambda (W H : R -> R -> nat -> nat -> R) c : (c < r)%nat -> 0 < lambda c ->
  Rbar_locally' p_infty (fun delta => decoupled lambda (fun _ => s0_plain delta) (W delta) (H delta)) ->
  learned_at (fun delta t => A (W delta) (H delta) c t / sigma c) (learning_time (sigma c) (lambda c)).
Proof.
  intros Hc Hl D. pose proof (proj1 (S2 c)) as Hs.
  assert (E : Rbar_locally' p_infty (fun delta => forall t, 0 <= t ->
    s (sigma c) (lambda c) (s0_plain delta) t / sigma c = A (W delta) (H delta) c t / sigma c)).
  { revert D. apply filter_imp. intros delta D t Ht.
    rewrite (decoupled_amplitude _ _ _ _ t c c D Ht Hc Hc), Nat.eqb_refl. reflexivity. }
  assert (T0 : 0 < learning_time (sigma c) (lambda c)).
  { unfold learning_time. apply Rdiv_lt_0_compat; [lra | apply Rmult_lt_0_compat; assumption]. }
  assert (L : forall tau l, 0 <= tau -> is_lim (fun delta => rel (sigma c) (lambda c) delta tau) p_infty l ->
    is_lim (fun delta => A (W delta) (H delta) c (delta * tau) / sigma c) p_infty l).
  { intros tau l Ht. apply is_lim_ext_loc. generalize (filter_and _ _ E small_start). apply filter_imp.
    intros delta [E' [D0 _]]. apply E'. apply Rmult_le_pos; assumption. }
  split; [|split].
  - intros tau Ht. apply L; [lra|]. apply not_learned_before; lra.
  - intros tau Ht. apply L; [lra|]. apply learned_after; lra.
  - exists (fun delta => t_half (sigma c) (lambda c) (s0_plain delta)). split; [|apply t_half_over_delta; assumption].
    generalize (filter_and _ _ E small_start). apply filter_imp. intros delta [E' [D0 SS]]. specialize (SS c Hc).
    pose proof (plain_start_range delta c SS) as P.
    apply (first_half_ext (fun t => s (sigma c) (lambda c) (s0_plain delta) t / sigma c)); [exact E'|].
    apply logistic_first_half; try assumption. split; [apply P|].
    unfold s0_plain. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
    apply (Rmult_le_reg_r (exp (2 * delta))); [assumption|]. rewrite Rinv_l by lra. lra.
Qed.

(* From the starts of scale e^(-delta), whatever follows the projected flow learns mode c at 1 / (sigma_c lambda_c). *)
Theorem projected_step_learned om (W H : R -> R -> nat -> nat -> R) delta_0 c : (forall b, 0 < om b) ->
  (forall delta, delta_0 <= delta -> projected_step_flow om (W delta) (H delta) /\
     start (fun _ => exp (- delta)) (W delta 0) (H delta 0)) -> (c < r)%nat ->
  learned_at (fun delta t => A (W delta) (H delta) c t / sigma c) (learning_time (sigma c) (step_lambda om c)).
Proof.
  intros Hom F Hc. apply decoupled_learned; [exact Hc | apply step_lambda_pos, Hom|].
  assert (G : Rbar_locally' p_infty (fun delta => delta_0 <= delta)) by (exists delta_0; intros; lra).
  generalize (filter_and _ _ G small_start). apply filter_imp. intros delta [H0 [_ SS]]. destruct (F delta H0) as [FF S0].
  apply projected_step_decoupled; [exact Hom | intros; apply plain_start_range, SS; assumption | exact FF|].
  rewrite sqrt_plain. exact S0.
Qed.

(* And whatever follows the vanilla flow at 1 / sigma_c. *)
Theorem vanilla_step_learned (W H : R -> R -> nat -> nat -> R) delta_0 c :
  (forall delta, delta_0 <= delta -> vanilla_step_flow (W delta) (H delta) /\
     start (fun _ => exp (- delta)) (W delta 0) (H delta 0)) -> (c < r)%nat ->
  learned_at (fun delta t => A (W delta) (H delta) c t / sigma c) (learning_time (sigma c) 1).
Proof.
  intros F Hc. apply (decoupled_learned (fun _ => 1)); [exact Hc | lra|].
  assert (G : Rbar_locally' p_infty (fun delta => delta_0 <= delta)) by (exists delta_0; intros; lra).
  generalize (filter_and _ _ G small_start). apply filter_imp. intros delta [H0 [_ SS]]. destruct (F delta H0) as [FF S0].
  apply vanilla_step_decoupled; [intros; apply plain_start_range, SS; assumption | exact FF|].
  rewrite sqrt_plain. exact S0.
Qed.

(* The same for the vanilla flow. *)
Theorem vanilla_step_exists s0 : (forall c, (c < r)%nat -> 0 < s0 c < sigma c) ->
  let w c t := sqrt (s (sigma c) 1 (s0 c) t) in
  vanilla_step_flow (mode_W r U Q w) (mode_H r V Q w) /\
  start (fun c => sqrt (s0 c)) (mode_W r U Q w 0) (mode_H r V Q w 0).
Proof.
  intros Hs w.
  assert (ode : forall c t, (c < r)%nat -> 0 <= t -> is_derive (w c) t (1 * w c t * (sigma c - w c t * w c t))).
  { intros c t Hc _. apply sqrt_s_solves_mode_ode; [apply S2 | lra | apply Hs, Hc]. }
  split.
  - refine (follows_drive k d N _ _ _ _ _ (modes_solve_vanilla k d N r U V Q sigma (fun _ => 1) w HU HV HQ ode (fun _ _ => eq_refl))).
    intros t i j Hi Hj. unfold residual. rewrite HZ by assumption. reflexivity.
  - assert (E : forall c, (c < r)%nat -> w c 0 = sqrt (s0 c)).
    { intros c Hc. unfold w. f_equal. apply s_initial; [apply S2 | apply Hs, Hc]. }
    split; [intros i l _ _ | intros l j _ _]; apply sum_ext; intros c Hc; rewrite E by exact Hc; reflexivity.
Qed.

(* So there are both flows from the start of scale e^(-delta), for every delta from some delta_0 on. *)
Theorem step_families_exist om : (forall b, 0 < om b) -> exists W H W' H' delta_0, forall delta, delta_0 <= delta ->
  (projected_step_flow om (W delta) (H delta) /\ start (fun _ => exp (- delta)) (W delta 0) (H delta 0)) /\
  (vanilla_step_flow (W' delta) (H' delta) /\ start (fun _ => exp (- delta)) (W' delta 0) (H' delta 0)).
Proof.
  intros Hom. destruct small_start as [M HM].
  exists (fun delta => solution_W om (fun _ => s0_plain delta)), (fun delta => solution_H om (fun _ => s0_plain delta)),
    (fun delta => mode_W r U Q (fun c t => sqrt (s (sigma c) 1 (s0_plain delta) t))),
    (fun delta => mode_H r V Q (fun c t => sqrt (s (sigma c) 1 (s0_plain delta) t))), (M + 1).
  intros delta Hd. destruct (HM delta ltac:(lra)) as [_ SS]. rewrite <- sqrt_plain.
  assert (P : forall c, (c < r)%nat -> 0 < s0_plain delta < sigma c) by (intros c Hc; apply plain_start_range, SS, Hc).
  split; [apply projected_step_exists | apply (vanilla_step_exists (fun _ => s0_plain delta))]; assumption.
Qed.

(* At any one start below half: the amplitude over its singular value is first half at t_half. *)
Lemma decoupled_first_half lambda s0 W H c : (c < r)%nat -> 0 < lambda c -> 0 < s0 c <= sigma c / 2 ->
  decoupled lambda s0 W H -> first_half (fun t => A W H c t / sigma c) (t_half (sigma c) (lambda c) (s0 c)).
Proof.
  intros Hc Hl H0 D. apply (first_half_ext (fun t => s (sigma c) (lambda c) (s0 c) t / sigma c)).
  - intros t Ht. rewrite (decoupled_amplitude _ _ _ _ t c c D Ht Hc Hc), Nat.eqb_refl. reflexivity.
  - apply logistic_first_half; [apply S2 | exact Hl | exact H0].
Qed.

(* From the scaled start, at every delta > ln 2 / 2, half of mode c is reached at its limit time, in one unit for all modes. *)
Theorem projected_step_scaled om W H delta c : (forall b, 0 < om b) -> ln 2 / 2 < delta -> projected_step_flow om W H ->
  start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) -> (c < r)%nat ->
  first_half (fun t => A W H c t / sigma c) (ln (exp (2 * delta) - 1) / 2 * learning_time (sigma c) (step_lambda om c)).
Proof.
  intros Hom Hd F S0 Hc. apply exp2_gt2 in Hd.
  assert (E : forall b, 0 < sigma b * exp (-2 * delta) < sigma b / 2).
  { intros b. pose proof (proj1 (S2 b)). rewrite exp_m2. split.
    - apply Rmult_lt_0_compat; [assumption | apply Rinv_0_lt_compat; lra].
    - apply Rmult_lt_compat_l; [assumption | apply Rinv_lt_contravar; lra]. }
  rewrite <- t_half_scaled_is_learning_time by (apply S2 || apply step_lambda_pos, Hom).
  apply (decoupled_first_half (step_lambda om) (fun b => sigma b * exp (-2 * delta))); try assumption.
  - apply step_lambda_pos, Hom.
  - destruct (E c). split; [assumption|]. unfold s0_scaled in *. lra.
  - apply projected_step_decoupled; try assumption. intros b Hb. pose proof (proj1 (S2 b)). destruct (E b). lra.
Qed.

Lemma sigma_kinds c : sigma c = match c with O => sqrt (contrast_sigma_square (INR p) (INR q) m_maj m_min)
                                | S _ => if majority p c then sqrt m_maj else sqrt m_min end.
Proof.
  destruct c as [|c]; unfold step_sigma, step_square; [|destruct (majority p (S c)); reflexivity].
  unfold contrast_sigma_square. rewrite plus_INR. do 2 f_equal; ring.
Qed.

(* Vanilla training from the start of scale e^(-delta), whenever sigma_min e^(2 delta) >= 5: every majority mode a is first at its
   half before the contrast, and that before every minority mode c. *)
Theorem vanilla_step_order W H delta : m_min < m_maj -> 5 <= sqrt m_min * exp (2 * delta) ->
  vanilla_step_flow W H -> start (fun _ => exp (- delta)) (W 0) (H 0) ->
  exists t_maj t_con t_min, t_maj < t_con < t_min /\
    (forall a, (1 <= a < p)%nat -> first_half (fun t => A W H a t / sigma a) t_maj) /\
    first_half (fun t => A W H O t / sigma O) t_con /\
    (forall c, (p <= c < r)%nat -> first_half (fun t => A W H c t / sigma c) t_min).
Proof.
  intros Hm H5 F S0. pose proof (lt_0_INR p Hp) as PP. pose proof (lt_0_INR q Hq) as PQ.
  destruct (vanilla_singular_values_order (INR p) (INR q) m_maj m_min PP PQ ltac:(lra)) as [O0 [O1 O2]].
  assert (L : forall c, 5 <= sigma c * exp (2 * delta)).
  { intros c. apply Rle_trans with (1 := H5). apply Rmult_le_compat_r; [apply Rlt_le, exp_pos|]. rewrite sigma_kinds.
    destruct c as [|c]; [lra | destruct (majority p (S c)); lra]. }
  assert (D : decoupled (fun _ => 1) (fun _ => s0_plain delta) W H).
  { apply vanilla_step_decoupled; [|exact F | rewrite sqrt_plain; exact S0].
    intros c _. apply plain_start_range. specialize (L c). lra. }
  assert (T : forall c, (c < r)%nat -> first_half (fun t => A W H c t / sigma c) (t_half (sigma c) 1 (s0_plain delta))).
  { intros c Hc. apply (decoupled_first_half (fun _ => 1) (fun _ => s0_plain delta)); try assumption; [lra|].
    specialize (L c). split; [apply exp_pos|]. unfold s0_plain. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
    apply (Rmult_le_reg_r (exp (2 * delta))); [assumption|]. rewrite Rinv_l by lra. lra. }
  exists (t_half (sqrt m_maj) 1 (s0_plain delta)), (t_half (sqrt (contrast_sigma_square (INR p) (INR q) m_maj m_min)) 1 (s0_plain delta)),
    (t_half (sqrt m_min) 1 (s0_plain delta)).
  split; [apply vanilla_order_at_scale; lra|]. split; [|split].
  - intros [|a] Ha; [lia|]. pose proof (sigma_kinds (S a)) as E. cbv iota in E.
    replace (majority p (S a)) with true in E by (symmetry; apply Nat.ltb_lt; lia). rewrite <- E. apply T. lia.
  - rewrite <- (sigma_kinds O). apply T. lia.
  - intros [|c] Hc; [lia|]. pose proof (sigma_kinds (S c)) as E. cbv iota in E.
    replace (majority p (S c)) with false in E by (symmetry; apply Nat.ltb_ge; lia). rewrite <- E. apply T. lia.
Qed.

(* The same in the limit, of a family of flows from these starts: every mode of a kind is learned at its time, and the times are in order. *)
Theorem vanilla_step_order_limit (W H : R -> R -> nat -> nat -> R) delta_0 : m_min < m_maj ->
  (forall delta, delta_0 <= delta -> vanilla_step_flow (W delta) (H delta) /\
     start (fun _ => exp (- delta)) (W delta 0) (H delta 0)) ->
  let learned c := learned_at (fun delta t => A (W delta) (H delta) c t / sigma c) in
  exists T_maj T_con T_min, T_maj < T_con < T_min /\
    (forall a, (1 <= a < p)%nat -> learned a T_maj) /\ learned O T_con /\ (forall c, (p <= c < r)%nat -> learned c T_min).
Proof.
  intros Hm F learned. pose proof (lt_0_INR p Hp) as PP. pose proof (lt_0_INR q Hq) as PQ.
  assert (L : forall c, (c < r)%nat -> learned c (learning_time (sigma c) 1))
    by (intros c Hc; exact (vanilla_step_learned W H delta_0 c F Hc)).
  exists (learning_time (sqrt m_maj) 1), (learning_time (sqrt (contrast_sigma_square (INR p) (INR q) m_maj m_min)) 1),
    (learning_time (sqrt m_min) 1).
  split; [apply vanilla_order_limit; lra|]. split; [|split].
  - intros [|a] Ha; [lia|]. pose proof (sigma_kinds (S a)) as E. cbv iota in E.
    replace (majority p (S a)) with true in E by (symmetry; apply Nat.ltb_lt; lia). rewrite <- E. apply L. lia.
  - rewrite <- (sigma_kinds O). apply L. lia.
  - intros [|c] Hc; [lia|]. pose proof (sigma_kinds (S c)) as E. cbv iota in E.
    replace (majority p (S c)) with false in E by (symmetry; apply Nat.ltb_ge; lia). rewrite <- E. apply L. lia.
Qed.

(* And from the scaled start the fractions are in this order at every time after the start. *)
Theorem vanilla_step_ahead W H delta t : m_min < m_maj -> 0 < delta -> 0 < t -> vanilla_step_flow W H ->
  start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  (forall a, (1 <= a < p)%nat -> A W H O t / sigma O < A W H a t / sigma a) /\
  (forall c, (p <= c < r)%nat -> A W H c t / sigma c < A W H O t / sigma O).
Proof.
  intros Hm Hd Ht F S0. pose proof (lt_0_INR p Hp) as PP. pose proof (lt_0_INR q Hq) as PQ.
  destruct (vanilla_singular_values_order (INR p) (INR q) m_maj m_min PP PQ ltac:(lra)) as [_ [O1 O2]].
  assert (E1 : exp (-2 * delta) < 1) by (rewrite <- exp_0; apply exp_increasing; lra).
  assert (D : decoupled (fun _ => 1) (fun c => sigma c * exp (-2 * delta)) W H).
  { apply vanilla_step_decoupled; [|exact F | exact S0]. intros c _. pose proof (proj1 (S2 c)). pose proof (exp_pos (-2 * delta)). split.
    - apply Rmult_lt_0_compat; assumption.
    - rewrite <- (Rmult_1_r (sigma c)) at 2. apply Rmult_lt_compat_l; assumption. }
  assert (X : forall a c, (a < r)%nat -> (c < r)%nat -> sigma c < sigma a -> A W H c t / sigma c < A W H a t / sigma a).
  { intros a c Ha Hc L. rewrite !(decoupled_amplitude _ _ _ _ t _ _ D ltac:(lra)) by assumption. rewrite !Nat.eqb_refl.
    apply (faster_ahead_scaled (sigma a) 1 (sigma c) 1); try (exact Rlt_0_1); try (apply S2); try assumption. lra. }
  split.
  - intros [|a] Ha; [lia|]. apply X; [lia..|]. rewrite !sigma_kinds. replace (majority p (S a)) with true by (symmetry; apply Nat.ltb_lt; lia). lra.
  - intros [|c] Hc; [lia|]. apply X; [lia..|]. rewrite !sigma_kinds. replace (majority p (S c)) with false by (symmetry; apply Nat.ltb_ge; lia). lra.
Qed.

(* Class weights n_c^(-gamma), and the learning times they give. *)
Definition power_weight (gamma : R) (b : bool) : R := Rpower (if b then m_maj else m_min) (- gamma).
Definition step_time (gamma : R) (c : nat) : R := learning_time (sigma c) (step_lambda (power_weight gamma) c).

(* gamma = 0 is vanilla training. *)
Theorem step_time_vanilla c : step_time 0 c = learning_time (sigma c) 1.
Proof.
  unfold step_time. f_equal. assert (E : forall b, power_weight 0 b = 1).
  { intros b. unfold power_weight. rewrite Ropp_0. apply Rpower_O. destruct b; assumption. }
  destruct c as [|c]; simpl; rewrite !E; [|reflexivity].
  pose proof (lt_0_INR p Hp). pose proof (lt_0_INR q Hq).
  assert (0 < INR q * m_maj) by (apply Rmult_lt_0_compat; assumption).
  assert (0 < INR p * m_min) by (apply Rmult_lt_0_compat; assumption). field. lra.
Qed.

(* The imbalance ratio. *)
Notation ratio := (m_maj / m_min).

Lemma ratio_pos : 0 < ratio.
Proof. apply Rdiv_lt_0_compat; assumption. Qed.

(* The rate of a mode when the smallest class has size 1; otherwise all are multiplied by m_min^(1/2 - gamma). *)
Definition unit_rate (gamma : R) (c : nat) : R :=
  match c with O => rate_mid_split share ratio gamma | S _ => if majority p c then rate_maj ratio gamma else rate_min end.

Lemma unit_rate_pos gamma c : 0 < unit_rate gamma c.
Proof.
  pose proof ratio_pos. destruct (share_range p q Hp Hq) as [SR _].
  assert (E : forall x, 0 < Rpower ratio x) by (intros x; apply exp_pos).
  destruct c as [|c]; simpl; [|destruct (majority p (S c)); [apply E | unfold rate_min; lra]].
  apply Rdiv_lt_0_compat; [|apply split_num; lra].
  assert (0 < share * Rpower ratio (1 - gamma)) by (apply Rmult_lt_0_compat; [lra | apply E]). lra.
Qed.

Lemma step_rate gamma c : sigma c * step_lambda (power_weight gamma) c = Rpower m_min (1 / 2 - gamma) * unit_rate gamma c.
Proof.
  pose proof ratio_pos as HR. pose proof (lt_0_INR p Hp) as PP. pose proof (lt_0_INR q Hq) as PQ.
  assert (M : m_maj = ratio * m_min) by (field; lra).
  assert (WM : power_weight gamma true = Rpower ratio (- gamma) * Rpower m_min (- gamma)).
  { unfold power_weight. rewrite M at 1. symmetry. apply Rpower_mult_distr; assumption. }
  assert (C : Rpower m_min (1 / 2 - gamma) = sqrt m_min * Rpower m_min (- gamma)).
  { rewrite <- Rpower_half, <- Rpower_plus by exact Hmin. reflexivity. }
  assert (WN : power_weight gamma false = Rpower m_min (- gamma)) by reflexivity.
  destruct c as [|c]; simpl.
  - rewrite WM, WN, C, plus_INR, <- (middle_rate_split (INR p) (INR q) ratio gamma PP PQ HR).
    unfold step_sigma, step_square, step_sigma_mid, step_lambda_mid.
    replace ((INR q * m_maj + INR p * m_min) / INR (p + q)) with (m_min * ((INR p + INR q * ratio) / (INR p + INR q)))
      by (rewrite plus_INR; field; lra).
    assert (B : 0 < INR q * ratio) by (apply Rmult_lt_0_compat; assumption).
    rewrite sqrt_mult by (try apply Rlt_le; first [exact Hmin | apply Rdiv_lt_0_compat; lra]).
    replace (INR q * m_maj) with (INR q * ratio * m_min) by (field; lra).
    field. nra.
  - unfold step_sigma, step_square. destruct (majority p (S c)).
    + rewrite WM, C. unfold rate_maj. rewrite M at 1. rewrite sqrt_mult by lra.
      replace (1 / 2 - gamma) with (1 / 2 + - gamma) by ring. rewrite Rpower_plus, Rpower_half by exact HR. ring.
    + rewrite WN, C. unfold rate_min. ring.
Qed.

(* Learning times in the unit of the smallest class. *)
Lemma step_time_unit gamma c : step_time gamma c = / Rpower m_min (1 / 2 - gamma) * / unit_rate gamma c.
Proof.
  unfold step_time, learning_time. rewrite step_rate. pose proof (unit_rate_pos gamma c).
  assert (0 < Rpower m_min (1 / 2 - gamma)) by apply exp_pos. field. lra.
Qed.

Lemma step_time_ratio gamma a c : step_time gamma a / step_time gamma c = / unit_rate gamma a / / unit_rate gamma c.
Proof.
  rewrite !step_time_unit. pose proof (unit_rate_pos gamma a). pose proof (unit_rate_pos gamma c).
  assert (0 < Rpower m_min (1 / 2 - gamma)) by apply exp_pos. field. lra.
Qed.

Lemma unit_rate_kinds gamma c : / unit_rate gamma c = / rate_maj ratio gamma \/
  / unit_rate gamma c = / rate_mid_split share ratio gamma \/ / unit_rate gamma c = / rate_min.
Proof. destruct c as [|c]; simpl; [auto|]. destruct (majority p (S c)); auto. Qed.

(* No two modes are further apart than the window ... *)
Theorem step_window_above gamma a c : step_time gamma a / step_time gamma c - 1 <= window_split share ratio gamma.
Proof.
  rewrite step_time_ratio. pose proof (unit_rate_pos gamma 0) as M0. simpl in M0.
  assert (0 < rate_maj ratio gamma) by apply exp_pos.
  apply spread_ge; try (apply Rinv_0_lt_compat; first [assumption | unfold rate_min; lra]); apply unit_rate_kinds.
Qed.

(* ... and with two classes in each group two modes are. *)
Theorem step_window gamma : (2 <= p)%nat -> (2 <= q)%nat -> is_relative_window r (step_time gamma) (window_split share ratio gamma).
Proof.
  intros H2 H3. split; [intros a c _ _; apply step_window_above|].
  assert (U1 : unit_rate gamma 1 = rate_maj ratio gamma).
  { simpl. replace (majority p 1) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity. }
  assert (Up : unit_rate gamma p = rate_min).
  { assert (G : forall c, (0 < c)%nat -> unit_rate gamma c = if majority p c then rate_maj ratio gamma else rate_min)
      by (intros [|c] Hc; [lia | reflexivity]).
    rewrite G by lia. replace (majority p p) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity. }
  assert (K : forall x, x = / rate_maj ratio gamma \/ x = / rate_mid_split share ratio gamma \/ x = / rate_min ->
    exists c, (c < r)%nat /\ / unit_rate gamma c = x).
  { intros x [->|[->| ->]]; [exists 1%nat | exists 0%nat | exists p]; (split; [lia|]); [rewrite U1 | | rewrite Up]; reflexivity. }
  assert (L : forall x z w, (last_of x z w = x \/ last_of x z w = z \/ last_of x z w = w) /\
                            (first_of x z w = x \/ first_of x z w = z \/ first_of x z w = w)).
  { intros x z w. unfold last_of, first_of, Rmax, Rmin.
    split; repeat match goal with |- context [Rle_dec ?u ?v] => destruct (Rle_dec u v) end; auto. }
  destruct (L (/ rate_maj ratio gamma) (/ rate_mid_split share ratio gamma) (/ rate_min)) as [L1 L2].
  apply K in L1 as [a [Ha Ea]]. apply K in L2 as [c [Hc Ec]].
  exists a, c. split; [exact Ha|]. split; [exact Hc|]. rewrite step_time_ratio, Ea, Ec. reflexivity.
Qed.

Lemma ratio_ge1 : m_min <= m_maj -> 1 <= ratio.
Proof. intros H. apply Rle_div_r; lra. Qed.

(* Vanilla training: sqrt R - 1 for every split. *)
Theorem step_window_vanilla : m_min <= m_maj -> (2 <= p)%nat -> (2 <= q)%nat ->
  is_relative_window r (fun c => learning_time (sigma c) 1) (sqrt ratio - 1).
Proof.
  intros Hm H2 H3. pose proof (step_window 0 H2 H3) as [B [a [c [Ha [Hc E]]]]].
  rewrite (vanilla_window_split share ratio (proj1 (share_range p q Hp Hq)) (ratio_ge1 Hm)) in *.
  split; [intros b e Hb He; rewrite <- !step_time_vanilla; apply B; assumption|].
  exists a, c. rewrite <- !step_time_vanilla. auto.
Qed.

(* gamma = 1/2: any two modes, any split. *)
Theorem step_window_half_below a c : m_min <= m_maj -> step_time (1 / 2) a / step_time (1 / 2) c - 1 < / sqrt share - 1.
Proof.
  intros Hm. apply Rle_lt_trans with (1 := step_window_above (1 / 2) a c).
  apply window_split_bound; [exact (proj1 (share_range p q Hp Hq)) | exact (ratio_ge1 Hm)].
Qed.
End Step.
