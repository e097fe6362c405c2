(* The full weighted flow of a STEP problem from a spectral start, unconditionally: it exists, there is one, and it is the three
   equations of ExactFlow.v with one logistic mode for every direction within a group.  So at the exponent 1/2 from the scaled
   start the window of its half times is at least 0 and below 1 / sqrt p - 1, p the share of minority classes; and in the limit
   both layers are, for any weights, W = U sqrt(diag sigma) Q^T, H = Q sqrt(diag sigma) V^T, and the logits the labels.

   Hypotheses: p, q >= 1; class sizes m_maj, m_min > 0 (m_min <= m_maj for the window), any map of samples to classes with these
   counts; Q has orthonormal columns; weights of the groups positive; W and H follow the flow from the start.
   Computed by: ufm_simulation::{ReducedFlow, GradientFlow from Initialisation::spectral}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic Window FiniteSums Flow Modes StepModes ExactFlow ExactWindow ExactMatrices.
From UFM Require Import Uniqueness WellPosed TerminalReals Convergence.
Open Scope R_scope.

(* Amplitudes depend on the entries of the layers only. *)
Lemma amplitude_agree k d N U V W H W' H' a c : agree k d W W' -> agree d N H H' ->
  amplitude k N U V (mul d W H) a c = amplitude k N U V (mul d W' H') a c.
Proof.
  intros EW EH. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  replace (mul d W H i j) with (mul d W' H' i j); [reflexivity|].
  apply sum_ext. intros l Hl. rewrite (EW i l Hi Hl), (EH l j Hl Hj). reflexivity.
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

Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).
Notation g := (sample_group p y).
Notation share := (INR q / INR k).

(* The flow of the weighted squared loss, and a spectral start of amplitudes w0 in the layers. *)
Definition step_flow (om : bool -> R) (W H : R -> nat -> nat -> R) : Prop :=
  follows k d N W H (weighted_residual d N (step_labels p q y) (group_weights g om) W H).
Definition spectral_start (w0 : nat -> R) (W H : nat -> nat -> R) : Prop :=
  agree k d W (fun i l => sum r (fun c => U i c * w0 c * Q l c)) /\
  agree d N H (fun l j => sum r (fun c => V j c * w0 c * Q l c)).

(* From any start there is exactly one flow, for weights that are not negative. *)
Theorem step_flow_well_posed om W0 H0 : (forall b, 0 <= om b) -> exists W H,
  agree k d (W 0) W0 /\ agree d N (H 0) H0 /\ step_flow om W H /\
  forall W' H', agree k d (W' 0) W0 -> agree d N (H' 0) H0 -> step_flow om W' H' ->
    forall t, 0 <= t -> agree k d (W' t) (W t) /\ agree d N (H' t) (H t).
Proof.
  intros Hom. apply (flow_well_posed k d N (step_labels p q y) (group_weights g om) (fun j => om (g j))).
  - reflexivity.
  - intros j _. apply Hom.
Qed.

Lemma same_start om w0 W H W' H' : step_flow om W H -> step_flow om W' H' ->
  spectral_start w0 (W 0) (H 0) -> spectral_start w0 (W' 0) (H' 0) ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d N (H t) (H' t).
Proof.
  intros F F' [SW SH] [SW' SH']. apply (flow_unique k d N (step_labels p q y) W H W' H') with (Om := group_weights g om); try assumption.
  - intros i l Hi Hl. rewrite (SW i l Hi Hl), (SW' i l Hi Hl). reflexivity.
  - intros l j Hl Hj. rewrite (SH l j Hl Hj), (SH' l j Hl Hj). reflexivity.
Qed.

(* The amplitudes of the modes in the layers: the three equations' classifier, and the root of a logistic law. *)
Definition step_modes (om : bool -> R) (w0 : nat -> R) (w : R -> R) (c : nat) (t : R) : R :=
  match c with O => w t | S _ => sqrt (s (sigma c) (om (majority p c)) (w0 c * w0 c) t) end.

Section Spectral.
Variables (om : bool -> R) (w0 : nat -> R) (W H : R -> nat -> nat -> R).
Hypothesis Hom : forall b, 0 < om b.
Hypothesis Hw0 : forall c, (0 < c < r)%nat -> 0 < w0 c /\ w0 c * w0 c < sigma c.
Hypotheses (flow : step_flow om W H) (start : spectral_start w0 (W 0) (H 0)).

Lemma sigma_pos c : 0 < sigma c.
Proof. apply (step_sigma_pos p q Hp Hq m_maj m_min Hmaj Hmin c). Qed.

Lemma start_range c : (0 < c < r)%nat -> 0 < w0 c * w0 c < sigma c.
Proof. intros Hc. destruct (Hw0 c Hc). split; [apply Rmult_lt_0_compat|]; assumption. Qed.

Lemma step_modes_derive w c t : (0 < c < r)%nat -> 0 <= t -> is_derive (step_modes om w0 w c) t
  (om (majority p c) * step_modes om w0 w c t * (sigma c - step_modes om w0 w c t * step_modes om w0 w c t)).
Proof.
  intros Hc Ht. destruct c as [|c]; [lia|].
  apply sqrt_s_solves_mode_ode; [apply sigma_pos | apply Hom | apply start_range, Hc].
Qed.

(* The layers are those of the three equations from the contrast's own amplitude. *)
Lemma step_flow_layers : exists w a b,
  solves (om true) (om false) (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) w a b /\
  (w 0 = w0 O /\ a 0 = sqrt (mass N V g true) * w0 O /\ b 0 = sqrt (mass N V g false) * w0 O) /\
  forall t, 0 <= t -> agree k d (W t) (mode_W r U Q (step_modes om w0 w) t) /\
                      agree d N (H t) (full_H N r V Q g (step_modes om w0 w) a b t).
Proof.
  destruct (reduced_exists (om true) (om false) (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min))
    (w0 O) (sqrt (mass N V g true) * w0 O) (sqrt (mass N V g false) * w0 O)) as [w [a [b [R [Ew [Ea Eb]]]]]];
    [apply Rlt_le, Hom | apply Rlt_le, Hom|].
  exists w, a, b. split; [exact R|]. split; [auto|]. set (m := step_modes om w0 w).
  destruct (step_reduced_solves_full p q N d y m_maj m_min Q Hp Hq Hmaj Hmin Hy counts HQ om m a b R (step_modes_derive w)) as [FF _].
  assert (M0 : forall c, (c < r)%nat -> m c 0 = w0 c).
  { intros [|c] Hc; [exact Ew|]. unfold m, step_modes. destruct (Hw0 (S c) ltac:(lia)).
    rewrite s_initial by (apply sigma_pos || (apply start_range; lia)). apply sqrt_square. lra. }
  pose proof (step_mass_pos p q N y m_maj m_min Hp Hq Hmaj Hmin Hy counts) as MP.
  apply (same_start om w0 W H _ _ flow FF start). split; [intros i l _ _ | intros l j _ _].
  - apply sum_ext. intros c Hc. rewrite (M0 c Hc). reflexivity.
  - rewrite (full_start N r V Q g m a b MP).
    + apply sum_ext. intros c Hc. rewrite (M0 c Hc). reflexivity.
    + simpl. rewrite Ew. exact Ea.
    + simpl. rewrite Ew. exact Eb.
Qed.

(* Whatever follows the flow from a spectral start is the three equations and the logistic modes. *)
Theorem step_flow_is_reduced : exists w a b,
    solves (om true) (om false) (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) w a b /\
    (w 0 = w0 O /\ a 0 = sqrt (mass N V g true) * w0 O /\ b 0 = sqrt (mass N V g false) * w0 O) /\
    forall t, 0 <= t ->
      amplitude k N U V (mul d (W t) (H t)) O O / sigma O
        = contrast (sqrt (share * m_maj)) (sqrt ((1 - share) * m_min)) w a b t /\
      (forall c, (0 < c < r)%nat ->
         amplitude k N U V (mul d (W t) (H t)) c c = s (sigma c) (om (majority p c)) (w0 c * w0 c) t) /\
      (forall c e, (c < r)%nat -> (e < r)%nat -> c <> e -> amplitude k N U V (mul d (W t) (H t)) c e = 0).
Proof.
  destruct step_flow_layers as [w [a [b [R [I E]]]]]. exists w, a, b. split; [exact R|]. split; [exact I|].
  intros t Ht. destruct (E t Ht) as [EW EH].
  destruct (step_reduced_solves_full p q N d y m_maj m_min Q Hp Hq Hmaj Hmin Hy counts HQ om (step_modes om w0 w) a b R
    (step_modes_derive w)) as [_ AA].
  destruct (AA t) as [A0 [A1 A2]]. split; [|split].
  - rewrite (amplitude_agree k d N U V _ _ _ _ O O EW EH). exact A0.
  - intros c Hc. rewrite (amplitude_agree k d N U V _ _ _ _ c c EW EH), A1 by exact Hc. destruct c as [|c]; [lia|].
    apply sqrt_sqrt, Rlt_le, s_range; first [apply sigma_pos | apply start_range, Hc | apply Hom].
  - intros c e Hc He N0. rewrite (amplitude_agree k d N U V _ _ _ _ c e EW EH). apply A2; assumption.
Qed.

(* The end of training, for any weights: amplitudes of both layers at the roots of the singular values, along the directions of the start. *)
Theorem step_flow_converges : 0 < w0 O ->
  converges k d W (fun i l => sum r (fun c => U i c * sqrt (sigma c) * Q l c)) /\
  converges d N H (fun l j => sum r (fun c => V j c * sqrt (sigma c) * Q l c)).
Proof.
  intros P0. destruct step_flow_layers as [w [a [b [R [[Ew [Ea Eb]] E]]]]].
  pose proof (step_mass_pos p q N y m_maj m_min Hp Hq Hmaj Hmin Hy counts) as MP.
  pose proof (sqrt_lt_R0 _ (MP true)) as P1. pose proof (sqrt_lt_R0 _ (MP false)) as P2.
  pose proof (step_target p q N y m_maj m_min Hp Hq Hmaj Hmin Hy counts true) as T1.
  pose proof (step_target p q N y m_maj m_min Hp Hq Hmaj Hmin Hy counts false) as T2. cbv iota in T1, T2.
  pose proof (sigma_pos O) as S0. rewrite <- T1, <- T2 in R.
  assert (MT : sqrt (mass N V g true) * sqrt (mass N V g true) + sqrt (mass N V g false) * sqrt (mass N V g false) = 1).
  { rewrite !sqrt_sqrt by (apply Rlt_le, MP). apply (mass_total N r V g ltac:(lia)).
    apply (step_V_orthonormal p q Hp Hq N y m_maj m_min Hmaj Hmin Hy counts). }
  destruct (reduced_converges (om true) (om false) _ _ w a b R (Hom true) (Hom false)) with (sigma := sigma O)
    as [LW [LA LB]]; try assumption; try (apply Rmult_lt_0_compat; assumption).
  { rewrite Ew. exact P0. }
  { rewrite Ea. apply Rmult_lt_0_compat; assumption. }
  { rewrite Eb. apply Rmult_lt_0_compat; assumption. }
  { rewrite Ew, Ea, Eb. unfold Rsqr. set (x := sqrt (mass N V g true)) in *. set (z := sqrt (mass N V g false)) in *.
    transitivity (w0 O * w0 O * (x * x + z * z)); [rewrite MT; ring | ring]. }
  { unfold Rsqr. set (x := sqrt (mass N V g true)) in *. set (z := sqrt (mass N V g false)) in *.
    transitivity (sigma O * sigma O * (x * x + z * z)); [rewrite MT; ring | ring]. }
  assert (LM : forall c, (c < r)%nat -> is_lim (step_modes om w0 w c) p_infty (sqrt (sigma c))).
  { intros [|c] Hc; [exact LW|]. apply lim_sqrt; [apply Rlt_le, sigma_pos|].
    apply s_limit; first [apply sigma_pos | apply start_range; lia | apply Hom]. }
  split.
  - intros i l Hi Hl. apply (is_lim_ext_loc (fun t => mode_W r U Q (step_modes om w0 w) t i l)).
    + exists 0. intros t Ht. symmetry. apply (proj1 (E t ltac:(lra))); assumption.
    + apply (lim_sum r (fun c t => U i c * step_modes om w0 w c t * Q l c)). intros c Hc.
      apply lim_prod; [apply lim_prod; [apply is_lim_const | apply LM, Hc] | apply is_lim_const].
  - intros l j Hl Hj. apply (is_lim_ext_loc (fun t => full_H N r V Q g (step_modes om w0 w) a b t l j)).
    + exists 0. intros t Ht. symmetry. apply (proj2 (E t ltac:(lra))); assumption.
    + apply (lim_sum r (fun c t => V j c * feature N V g (step_modes om w0 w) a b (g j) c t * Q l c)). intros c Hc.
      apply lim_prod; [apply lim_prod; [apply is_lim_const|] | apply is_lim_const].
      destruct c as [|c]; [|exact (LM (S c) Hc)]. simpl.
      assert (F : forall f x, 0 < x -> is_lim f p_infty (sigma O * x / sqrt (sigma O)) -> is_lim (fun t => f t / x) p_infty (sqrt (sigma O))).
      { intros f x Hx L. replace (sqrt (sigma O)) with (sigma O * x / sqrt (sigma O) * / x).
        - apply lim_prod; [exact L | apply is_lim_const].
        - pose proof (sqrt_lt_R0 _ S0) as SS. rewrite <- (sqrt_sqrt (sigma O)) at 1 by lra. field. lra. }
      destruct (g j); apply F; assumption.
Qed.

(* So the logits converge to the labels. *)
Theorem step_flow_interpolates : 0 < w0 O -> converges k N (fun t => mul d (W t) (H t)) (step_labels p q y).
Proof.
  intros P0 i j Hi Hj. destruct (step_flow_converges P0) as [LW LH].
  assert (E : step_labels p q y i j
    = sum d (fun l => sum r (fun c => U i c * sqrt (sigma c) * Q l c) * sum r (fun c => V j c * sqrt (sigma c) * Q l c))).
  { rewrite (step_labels_modes p q Hp Hq N y m_maj m_min Hmaj Hmin Hy i j Hi Hj).
    rewrite (contract d r Q _ _ HQ). apply sum_ext. intros c _.
    transitivity (U i c * (sqrt (sigma c) * sqrt (sigma c)) * V j c); [|ring].
    rewrite sqrt_sqrt by (apply Rlt_le, sigma_pos). reflexivity. }
  rewrite E. apply (lim_sum d (fun l t => W t i l * H t l j)). intros l Hl. apply lim_prod; [apply LW | apply LH]; assumption.
Qed.
End Spectral.

(* Re-weighted and not, from one spectral start: in the limit no entry of either layer differs, and so no logit. *)
Theorem weights_leave_no_trace om om' w0 W H W' H' : (forall b, 0 < om b) -> (forall b, 0 < om' b) -> 0 < w0 O ->
  (forall c, (0 < c < r)%nat -> 0 < w0 c /\ w0 c * w0 c < sigma c) ->
  step_flow om W H -> step_flow om' W' H' -> spectral_start w0 (W 0) (H 0) -> spectral_start w0 (W' 0) (H' 0) ->
  converges k d (fun t i l => W t i l - W' t i l) (fun _ _ => 0) /\
  converges d N (fun t l j => H t l j - H' t l j) (fun _ _ => 0) /\
  converges k N (fun t i j => mul d (W t) (H t) i j - mul d (W' t) (H' t) i j) (fun _ _ => 0).
Proof.
  intros Hom Hom' P0 Hw0 F F' S0 S0'.
  destruct (step_flow_converges om w0 W H Hom Hw0 F S0 P0) as [LW LH].
  destruct (step_flow_converges om' w0 W' H' Hom' Hw0 F' S0' P0) as [LW' LH'].
  pose proof (step_flow_interpolates om w0 W H Hom Hw0 F S0 P0) as LL.
  pose proof (step_flow_interpolates om' w0 W' H' Hom' Hw0 F' S0' P0) as LL'.
  assert (D : forall n m A B L, converges n m A L -> converges n m B L -> converges n m (fun t i j => A t i j - B t i j) (fun _ _ => 0)).
  { intros n m A B L CA CB i j Hi Hj. replace (Finite 0) with (Finite (L i j - L i j)) by (f_equal; ring).
    apply is_lim_minus'; [apply CA | apply CB]; assumption. }
  split; [exact (D _ _ _ _ _ LW LW')|]. split; [exact (D _ _ _ _ _ LH LH') | exact (D _ _ _ _ _ LL LL')].
Qed.

(* The window of the flow itself: nothing is assumed of a solution but that it is one. *)
Theorem exact_window_of_the_flow mu delta W H : m_min <= m_maj -> 0 < mu -> ln 2 / 2 < delta ->
  step_flow (half_weight m_maj m_min mu) W H ->
  spectral_start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  let learned c t := amplitude k N U V (mul d (W t) (H t)) c c / sigma c in
  let T := group_half delta / mu in
  (forall c, (0 < c < r)%nat -> first_half (learned c) T) /\
  exists tc, first_half (learned O) tc /\ T <= tc < T / sqrt share /\ 0 <= relative_spread T tc T < / sqrt share - 1.
Proof.
  intros Hm Hmu Hd F S0 learned T.
  destruct (share_range p q Hp Hq) as [SR _].
  assert (RP : 0 < m_maj / m_min) by (apply Rdiv_lt_0_compat; assumption).
  destruct (scaled_start_exists (/ sqrt (m_maj / m_min)) 1 (sqrt (share * (m_maj / m_min))) (sqrt (1 - share)) (exp (-2 * delta)))
    as [w [a [b [R I]]]]; try lra.
  { left. apply Rinv_0_lt_compat, sqrt_lt_R0, RP. }
  { apply sqrt_lt_R0, Rmult_lt_0_compat; lra. }
  { apply sqrt_lt_R0. lra. }
  { apply exp_pos. }
  destruct (exact_window_of_matrices p q N d y m_maj m_min Q Hp Hq Hmaj Hmin Hy counts HQ mu delta w a b Hm Hmu Hd R I)
    as [FF [[w0 [Hw0 [EW EH]]] [G C]]].
  assert (E0 : forall c, (c < r)%nat -> sqrt (sigma c * exp (-2 * delta)) = w0 c).
  { intros c Hc. destruct (Hw0 c Hc) as [P E]. rewrite <- E. apply sqrt_square. lra. }
  assert (SS : spectral_start (fun c => sqrt (sigma c * exp (-2 * delta)))
    (half_W p q m_maj m_min Q mu delta w 0) (half_H p q N y m_maj m_min Q mu delta w a b 0)).
  { split; [intros i l _ _; rewrite EW | intros l j _ _; rewrite EH]; apply sum_ext; intros c Hc; rewrite (E0 c Hc); reflexivity. }
  assert (A : forall c t, 0 <= t ->
    ExactMatrices.learned p q N d y m_maj m_min Q mu delta w a b c t = learned c t).
  { intros c t Ht. destruct (same_start _ _ _ _ _ _ F FF S0 SS t Ht) as [AW AH].
    unfold learned. rewrite (amplitude_agree k d N U V _ _ _ _ c c AW AH). reflexivity. }
  split.
  - intros c Hc. apply (first_half_ext _ _ _ (A c)), G, Hc.
  - destruct C as [tc [HC B]]. exists tc. split; [apply (first_half_ext _ _ _ (A O)), HC | exact B].
Qed.
End Step.

(* For equal halves the bound is sqrt 2 - 1. *)
Theorem exact_window_of_halves p N d y m_maj m_min Q mu delta W H : (0 < p)%nat -> 0 < m_min -> m_min <= m_maj ->
  (forall j, (j < N)%nat -> (y j < p + p)%nat) ->
  (forall c, (c < p + p)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min) ->
  orthonormal d (p + p - 1) Q -> 0 < mu -> ln 2 / 2 < delta ->
  step_flow p p N d y (half_weight m_maj m_min mu) W H ->
  spectral_start p p N d y m_maj m_min Q (fun c => sqrt (step_sigma p p m_maj m_min c * exp (-2 * delta))) (W 0) (H 0) ->
  exists tc, first_half (fun t => amplitude (p + p) N (step_U p p) (step_V p p y m_maj m_min) (mul d (W t) (H t)) O O
                                  / step_sigma p p m_maj m_min O) tc /\
    0 <= relative_spread (group_half delta / mu) tc (group_half delta / mu) < sqrt 2 - 1.
Proof.
  intros Hp Hmin Hm Hy counts HQ Hmu Hd F S0.
  destruct (exact_window_of_the_flow p p N d y m_maj m_min Q Hp Hp ltac:(lra) Hmin Hy counts HQ mu delta W H Hm Hmu Hd F S0)
    as [_ [tc [HC [_ B]]]].
  exists tc. split; [exact HC|]. replace (sqrt 2) with (/ sqrt (INR p / INR (p + p))); [exact B|].
  rewrite <- sqrt_inv. f_equal. rewrite plus_INR. pose proof (lt_0_INR p Hp). field. lra.
Qed.
