(* From the flow to its end, over the real numbers.

   If a flow W' = G H^T, H' = W^T G (Flow.v: any weights) starts balanced and W, H converge to limits
   that interpolate, W_inf H_inf = Z, then the limits are balanced and
        (W_inf W_inf^T)^2 = Z Z^T,    (H_inf^T H_inf)^2 = Z^T Z.
   Such square roots are unique (SquareRootReals.v), so any two such flows, unweighted or weighted in
   any way, end at the same Gram matrices.
   Hypotheses: convergence to an interpolating limit is assumed (for STEP from a spectral start StepFlow.v proves it).
   Computed by: ufm_theory::terminal::{classifier_gram, feature_gram_by_class}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow SquareRootReals Rotation.
Open Scope R_scope.

(* Every entry of A converges as t -> infinity. *)
Definition converges (n m : nat) (A : R -> nat -> nat -> R) (A_inf : nat -> nat -> R) : Prop :=
  forall i j, (i < n)%nat -> (j < m)%nat -> is_lim (fun t => A t i j) p_infty (A_inf i j).

Lemma lim_sum n (f : nat -> R -> R) (l : nat -> R) :
  (forall i, (i < n)%nat -> is_lim (f i) p_infty (l i)) ->
  is_lim (fun t => sum n (fun i => f i t)) p_infty (sum n l).
Proof.
  induction n; simpl; intros H; [apply is_lim_const|].
  apply (is_lim_plus' (fun t => sum n (fun i => f i t)) (f n)); auto.
Qed.

Lemma lim_prod (f g : R -> R) (a b : R) : is_lim f p_infty a -> is_lim g p_infty b ->
  is_lim (fun t => f t * g t) p_infty (a * b).
Proof. intros Hf Hg. apply (is_lim_mult f g p_infty a b Hf Hg). exact I. Qed.

Section OneFlow.
Variables (k d N : nat) (W H G : R -> nat -> nat -> R) (W_inf H_inf Z : nat -> nat -> R).
Hypothesis flow : follows k d N W H G.
Hypothesis balanced_start : forall l m, (l < d)%nat -> (m < d)%nat ->
  mul k (tr (W 0)) (W 0) l m = mul N (H 0) (tr (H 0)) l m.
Hypothesis W_limit : converges k d W W_inf.
Hypothesis H_limit : converges d N H H_inf.

(* The limits are balanced: W_inf^T W_inf = H_inf H_inf^T. *)
Theorem limit_balanced l m : (l < d)%nat -> (m < d)%nat ->
  mul k (tr W_inf) W_inf l m = mul N H_inf (tr H_inf) l m.
Proof.
  intros Hl Hm.
  assert (LW : is_lim (fun t => mul k (tr (W t)) (W t) l m) p_infty (mul k (tr W_inf) W_inf l m)).
  { apply (lim_sum k (fun i t => W t i l * W t i m)). intros i Hi. apply lim_prod; apply W_limit; assumption. }
  assert (LH : is_lim (fun t => mul N (H t) (tr (H t)) l m) p_infty (mul N H_inf (tr H_inf) l m)).
  { apply (lim_sum N (fun j t => H t l j * H t m j)). intros j Hj. apply lim_prod; apply H_limit; assumption. }
  assert (L : is_lim (fun t => mul k (tr (W t)) (W t) l m) p_infty (mul N H_inf (tr H_inf) l m)).
  { apply (is_lim_ext_loc (fun t => mul N (H t) (tr (H t)) l m)); [|exact LH].
    exists 0. intros t Ht. symmetry.
    apply (balanced_for_ever k d N W H G flow balanced_start t l m); [lra | assumption..]. }
  apply is_lim_unique in LW. apply is_lim_unique in L. rewrite LW in L. injection L. auto.
Qed.

Hypothesis interpolates : forall i j, (i < k)%nat -> (j < N)%nat -> mul d W_inf H_inf i j = Z i j.

(* (W_inf W_inf^T)^2 = Z Z^T.  The root is terminal::classifier_gram. *)
Theorem limit_classifier_gram i j : (i < k)%nat -> (j < k)%nat ->
  mul k (mul d W_inf (tr W_inf)) (mul d W_inf (tr W_inf)) i j = mul N Z (tr Z) i j.
Proof.
  intros Hi Hj.
  transitivity (sum k (fun x => sum d (fun l => W_inf i l * W_inf x l) * sum d (fun m => W_inf j m * W_inf x m))).
  { apply sum_ext. intros x Hx. unfold mul, tr. f_equal. apply sum_ext. intros; ring. }
  rewrite expand.
  transitivity (sum N (fun y => sum d (fun l => W_inf i l * tr H_inf y l) * sum d (fun m => W_inf j m * tr H_inf y m))).
  - rewrite expand. apply sum_ext. intros l Hl. apply sum_ext. intros m Hm. f_equal.
    exact (limit_balanced l m Hl Hm).
  - apply sum_ext. intros y Hy. unfold tr.
    pose proof (interpolates i y Hi Hy) as E1. pose proof (interpolates j y Hj Hy) as E2.
    unfold mul in E1, E2. rewrite E1, E2. reflexivity.
Qed.

(* (H_inf^T H_inf)^2 = Z^T Z.  The root is terminal::feature_gram_by_class. *)
Theorem limit_feature_gram i j : (i < N)%nat -> (j < N)%nat ->
  mul N (mul d (tr H_inf) H_inf) (mul d (tr H_inf) H_inf) i j = mul k (tr Z) Z i j.
Proof.
  intros Hi Hj.
  transitivity (sum N (fun y => sum d (fun l => H_inf l i * tr H_inf y l) * sum d (fun m => H_inf m j * tr H_inf y m))).
  { apply sum_ext. intros y Hy. unfold mul, tr. f_equal. apply sum_ext. intros; ring. }
  rewrite expand.
  transitivity (sum k (fun x => sum d (fun l => H_inf l i * W_inf x l) * sum d (fun m => H_inf m j * W_inf x m))).
  - rewrite expand. apply sum_ext. intros l Hl. apply sum_ext. intros m Hm. f_equal.
    symmetry. exact (limit_balanced l m Hl Hm).
  - apply sum_ext. intros x Hx. unfold tr.
    pose proof (interpolates x i Hx Hi) as E1. pose proof (interpolates x j Hx Hj) as E2.
    unfold mul in E1, E2. rewrite <- E1, <- E2. f_equal; apply sum_ext; intros; ring.
Qed.
End OneFlow.

(* Two flows driven by any G and G' (any weights, any widths d and d'), both from balanced starts and
   both converging to interpolation of Z, end at the same W W^T and the same H^T H. *)
Section TwoFlows.
Variables (k d d' N : nat) (W H G W' H' G' : R -> nat -> nat -> R).
Variables (W_inf H_inf W_inf' H_inf' Z : nat -> nat -> R).
Hypotheses (flow : follows k d N W H G) (flow' : follows k d' N W' H' G').
Hypothesis balanced_start : forall l m, (l < d)%nat -> (m < d)%nat ->
  mul k (tr (W 0)) (W 0) l m = mul N (H 0) (tr (H 0)) l m.
Hypothesis balanced_start' : forall l m, (l < d')%nat -> (m < d')%nat ->
  mul k (tr (W' 0)) (W' 0) l m = mul N (H' 0) (tr (H' 0)) l m.
Hypotheses (W_limit : converges k d W W_inf) (H_limit : converges d N H H_inf).
Hypotheses (W_limit' : converges k d' W' W_inf') (H_limit' : converges d' N H' H_inf').
Hypothesis interpolates : forall i j, (i < k)%nat -> (j < N)%nat -> mul d W_inf H_inf i j = Z i j.
Hypothesis interpolates' : forall i j, (i < k)%nat -> (j < N)%nat -> mul d' W_inf' H_inf' i j = Z i j.

Theorem same_limit_classifier_gram i j : (i < k)%nat -> (j < k)%nat ->
  mul d W_inf (tr W_inf) i j = mul d' W_inf' (tr W_inf') i j.
Proof.
  apply real_square_root_unique; try apply real_psd_gram. intros a b Ha Hb.
  rewrite (limit_classifier_gram k d N W H G W_inf H_inf Z) by assumption.
  rewrite (limit_classifier_gram k d' N W' H' G' W_inf' H_inf' Z) by assumption. reflexivity.
Qed.

Theorem same_limit_feature_gram i j : (i < N)%nat -> (j < N)%nat ->
  mul d (tr H_inf) H_inf i j = mul d' (tr H_inf') H_inf' i j.
Proof.
  apply real_square_root_unique;
    [exact (real_psd_gram N d (tr H_inf)) | exact (real_psd_gram N d' (tr H_inf')) |].
  intros a b Ha Hb.
  rewrite (limit_feature_gram k d N W H G W_inf H_inf Z) by assumption.
  rewrite (limit_feature_gram k d' N W' H' G' W_inf' H_inf' Z) by assumption. reflexivity.
Qed.
End TwoFlows.

(* So, with widths equal, both layers of one are those of the other turned by one rotation: W_inf' = W_inf Q and H_inf' = Q^T H_inf. *)
Theorem same_limit_up_to_rotation k d N (W H G W' H' G' : R -> nat -> nat -> R) (W_inf H_inf W_inf' H_inf' Z : nat -> nat -> R) :
  follows k d N W H G -> follows k d N W' H' G' ->
  (forall l m, (l < d)%nat -> (m < d)%nat -> mul k (tr (W 0)) (W 0) l m = mul N (H 0) (tr (H 0)) l m) ->
  (forall l m, (l < d)%nat -> (m < d)%nat -> mul k (tr (W' 0)) (W' 0) l m = mul N (H' 0) (tr (H' 0)) l m) ->
  converges k d W W_inf -> converges d N H H_inf -> converges k d W' W_inf' -> converges d N H' H_inf' ->
  (forall i j, (i < k)%nat -> (j < N)%nat -> mul d W_inf H_inf i j = Z i j) ->
  (forall i j, (i < k)%nat -> (j < N)%nat -> mul d W_inf' H_inf' i j = Z i j) ->
  exists Q, orthogonal d Q /\
    (forall i b, (i < k)%nat -> (b < d)%nat -> W_inf' i b = mul d W_inf Q i b) /\
    (forall b j, (b < d)%nat -> (j < N)%nat -> H_inf' b j = mul d (tr Q) H_inf b j).
Proof.
  intros F F' B B' LW LH LW' LH' I I'.
  set (stack := fun (W H : nat -> nat -> R) i l => if Nat.ltb i k then W i l else H l (i - k)%nat).
  assert (above : forall (W H : nat -> nat -> R) i l, (i < k)%nat -> stack W H i l = W i l).
  { intros w h i l Hi. unfold stack. apply Nat.ltb_lt in Hi. rewrite Hi. reflexivity. }
  assert (below : forall (W H : nat -> nat -> R) i l, (k <= i)%nat -> stack W H i l = H l (i - k)%nat).
  { intros w h i l Hi. unfold stack. apply Nat.ltb_ge in Hi. rewrite Hi. reflexivity. }
  destruct (same_gram_one_rotation (k + N) d (stack W_inf H_inf) (stack W_inf' H_inf')) as [Q [HQ E]].
  - intros i j Hi Hj. unfold mul, tr.
    destruct (Nat.lt_ge_cases i k) as [Li|Li], (Nat.lt_ge_cases j k) as [Lj|Lj].
    + rewrite (sum_ext d _ (fun l => W_inf i l * W_inf j l)) by (intros; rewrite !above by assumption; reflexivity).
      rewrite (sum_ext d (fun l => stack W_inf' _ _ _ * _) (fun l => W_inf' i l * W_inf' j l))
        by (intros; rewrite !above by assumption; reflexivity).
      exact (same_limit_classifier_gram k d d N W H G W' H' G' W_inf H_inf W_inf' H_inf' Z F F' B B' LW LH LW' LH' I I' i j Li Lj).
    + rewrite (sum_ext d _ (fun l => W_inf i l * H_inf l (j - k)%nat)) by (intros; rewrite above, below by assumption; reflexivity).
      rewrite (sum_ext d (fun l => stack W_inf' _ _ _ * _) (fun l => W_inf' i l * H_inf' l (j - k)%nat))
        by (intros; rewrite above, below by assumption; reflexivity).
      change (mul d W_inf H_inf i (j - k) = mul d W_inf' H_inf' i (j - k)). rewrite I, I' by lia. reflexivity.
    + rewrite (sum_ext d _ (fun l => W_inf j l * H_inf l (i - k)%nat))
        by (intros; rewrite (below _ _ i), (above _ _ j) by assumption; ring).
      rewrite (sum_ext d (fun l => stack W_inf' _ _ _ * _) (fun l => W_inf' j l * H_inf' l (i - k)%nat))
        by (intros; rewrite (below _ _ i), (above _ _ j) by assumption; ring).
      change (mul d W_inf H_inf j (i - k) = mul d W_inf' H_inf' j (i - k)). rewrite I, I' by lia. reflexivity.
    + rewrite (sum_ext d _ (fun l => H_inf l (i - k)%nat * H_inf l (j - k)%nat)) by (intros; rewrite !below by assumption; reflexivity).
      rewrite (sum_ext d (fun l => stack W_inf' _ _ _ * _) (fun l => H_inf' l (i - k)%nat * H_inf' l (j - k)%nat))
        by (intros; rewrite !below by assumption; reflexivity).
      exact (same_limit_feature_gram k d d N W H G W' H' G' W_inf H_inf W_inf' H_inf' Z F F' B B' LW LH LW' LH' I I'
        (i - k) (j - k) ltac:(lia) ltac:(lia)).
  - exists Q. split; [exact HQ|]. split.
    + intros i b Hi Hb. rewrite <- (above W_inf' H_inf' i b Hi), (E i b ltac:(lia) Hb). unfold mul.
      apply sum_ext. intros l _. rewrite above by exact Hi. reflexivity.
    + intros b j Hb Hj. pose proof (E (k + j)%nat b ltac:(lia) Hb) as J. rewrite below in J by lia.
      replace (k + j - k)%nat with j in J by lia. rewrite J. unfold mul, tr. apply sum_ext. intros l _.
      rewrite below by lia. replace (k + j - k)%nat with j by lia. ring.
Qed.
